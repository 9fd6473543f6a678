//! Forms with a field of every kind.

use crate::bed::Bed;
use lumina_sandbox::discord::{Answer, FormValue};

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
