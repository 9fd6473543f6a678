//! Commands of menus, and everything outside of guilds.

use crate::bed::{Bed, text_of};
use lumina_sandbox::discord::Place;

#[tokio::test(flavor = "multi_thread")]
async fn commands_buttons_and_private_answers_work_outside_of_guilds() {
    let bed = Bed::new().await;
    let people = vec![bed.person("noah"), bed.person("elodie")];
    for place in [Place::BotDm, Place::PrivateChannel(bed.discord.add_private_channel(people))] {
        let ask = |command: &str, how: &str| {
            bed.invoke_in(place, "noah", command, &[("how", how.into())])
        };
        assert_eq!(bed.shown(ask("answer", "hello")).await.content(), "Hello \\*you\\*!");
        let deferred = bed.settled(ask("whisper", "slow")).await;
        let message = deferred.message().expect("an answer");
        assert_eq!((message.content(), message.is_ephemeral()), ("slow", true));
        let further = ask("answer", "further");
        bed.until("all three are there", |bed| bed.discord.followups(further).len() == 2).await;
        let buttons = bed.shown(ask("answer", "buttons")).await;
        let pressed = bed.shown(bed.press("noah", buttons.id, 1)).await;
        assert_eq!((pressed.id, pressed.content()), (buttons.id, "page 2"));
        let failed = bed.shown(ask("answer", "fault")).await;
        assert!(failed.is_ephemeral() && text_of(&failed).contains("unexpected"));
    }
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_alone_installed_the_bot_is_told_where_discord_takes_no_further_message() {
    let bed = Bed::new().await;
    let people = vec![bed.person("noah"), bed.person("elodie")];
    let private = Place::PrivateChannel(bed.discord.add_private_channel(people));
    let chatter = |place| bed.invoke_in(place, "noah", "answer", &[("how", "chatter".into())]);
    let texts = |id| bed.discord.followups(id).iter().map(text_of).collect::<Vec<_>>();
    let alone = chatter(private);
    bed.until("the reason is told", |bed| bed.discord.followups(alone).len() == 5).await;
    assert_eq!(texts(alone)[..4], ["2", "3", "4", "5"]);
    let reason = texts(alone)[4].clone();
    assert!(reason.contains("no more messages") && !reason.contains("Incident"), "{reason}");
    let in_guild = chatter(bed.channel());
    bed.until("all are there", |bed| bed.discord.followups(in_guild).len() == 8).await;
    assert_eq!(texts(in_guild)[7], "silence");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_in_the_menus_of_users_and_messages_are_served_everywhere() {
    let bed = Bed::new().await;
    let (mira, noah) = (bed.person("mira"), bed.person("noah"));
    let channel = bed.discord.add_private_channel(vec![mira, noah]);
    for (place, channel) in [
        (bed.channel(), bed.discord.default_channel()),
        (Place::BotDm, bed.discord.bot_dm(mira)),
        (Place::PrivateChannel(channel), channel),
    ] {
        let said = bed.discord.say(mira, channel, "*stars* @everyone");
        let quote = bed.discord.invoke_on_message(mira, place, "Quote", said).unwrap();
        let quoted = bed.shown(quote).await;
        assert_eq!(quoted.content(), "They said: \\*stars\\* @\u{200b}everyone");
        let who = bed.discord.invoke_on_user(mira, place, "Who is it", noah).unwrap();
        assert_eq!(bed.shown(who).await.content(), "It is noah.");
    }
    bed.is_clean();
}
