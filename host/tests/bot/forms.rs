//! Forms with a field of every kind, and menus of every kind.

use crate::bed::Bed;
use lumina_sandbox::discord::{Answer, FormValue, Target};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_filled_into_a_form_arrives_as_what_it_is() {
    let bed = Bed::new().await;
    let noah = bed.person("noah").to_string();
    let proof = bed.discord.upload("proof.txt", "signed").to_string();
    let text = |text: &str| FormValue::Text(text.to_owned());
    let values = |values: &[&str]| {
        FormValue::Values(values.iter().map(|value| (*value).to_owned()).collect())
    };
    let files = values(&[&proof]);
    for (proof, expected) in
        [(Some(files), "proof: files proof.txt=signed"), (None, "proof: files")]
    {
        let opened = bed.invoke("mira", "answer", &[("how", "survey".into())]);
        assert!(matches!(bed.outcome(opened).await, Answer::Modal(_)));
        let mut filled = vec![
            ("why".to_owned(), text("two\nlines")),
            ("colors".to_owned(), values(&["red", "blue"])),
            ("friend".to_owned(), values(&[&noah])),
        ];
        filled.extend(proof.map(|files| ("proof".to_owned(), files)));
        let sent = bed.discord.submit_modal(opened, &filled).unwrap();
        let expected = format!(
            "state 7\ncolors: values red blue\nfriend: values {noah}\n{expected}\nwhy: text two\nlines"
        );
        assert_eq!(bed.shown(sent).await.content(), expected);
    }
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_in_a_menu_arrives_with_its_name() {
    let bed = Bed::new().await;
    let mira = bed.person("mira");
    let [noah, elodie] = ["noah", "elodie"].map(|name| bed.person(name).to_string());
    let guild = bed.discord.guilds().swap_remove(0);
    let (role, role_name) = guild.roles[0].clone();
    let channel = bed.discord.channel(guild.channels[0]).expect("a default channel");
    let (role, channel_id) = (role.to_string(), channel.id.to_string());
    for (menu, chosen, expected) in [
        (1, vec![noah.clone(), elodie], "user noah, user elodie".to_owned()),
        (2, vec![role.clone()], format!("role {role_name}")),
        (3, vec![role], format!("role {role_name}")),
        (3, vec![noah], "user noah".to_owned()),
        (4, vec![channel_id], format!("channel {}", channel.name)),
    ] {
        let menus = bed.answer("menus").await;
        let menu = Target::Position(menu);
        let chosen = bed.discord.select(menus.id, &menu, &chosen, mira).unwrap();
        assert_eq!(bed.shown(chosen).await.content(), expected);
    }
    bed.is_clean();
}
