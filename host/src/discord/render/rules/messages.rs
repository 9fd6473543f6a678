//! Text, embeds, mentions and files.

use super::{Case, long, mended, refused};
use lumina_plugin_api::{
    id::{RoleId, UserId},
    reply::{Caption, Embed, File, Message},
    services::blob::BlobId,
};

pub(super) const ELSEWHERE: &[&str] = &[
    "the_first_answer_comes_within_3_seconds",
    "an_interaction_is_answered_once",
    "an_interaction_is_answered_with_its_own_token",
    "an_answer_has_a_type_that_exists",
    "a_command_has_no_message_to_update",
    "a_command_takes_no_suggestions",
    "typing_is_answered_with_suggestions_only",
    "a_form_is_not_answered_with_a_form",
    "a_form_of_a_command_has_no_message_to_update",
    "a_token_lives_15_minutes",
    "nothing_follows_before_the_first_answer",
    "an_answer_goes_to_the_webhook_of_its_application",
    "a_deleted_answer_cannot_be_edited",
    "only_answers_of_the_interaction_can_be_edited",
    "a_private_answer_is_not_in_its_channel",
    "the_first_follow_up_after_a_defer_inherits_its_privacy",
    "a_follow_up_after_a_deleted_defer_has_a_privacy_of_its_own",
    "an_app_of_one_person_follows_up_5_times",
    "an_interaction_takes_5_edits_in_2_seconds",
    "content_is_text",
    "a_message_is_an_object",
    "embeds_are_a_list",
    "an_embed_is_an_object",
    "an_embed_color_is_not_negative",
    "an_embed_color_is_a_number",
    "an_embed_link_is_text",
    "mentions_are_allowed_by_known_kinds",
    "at_most_3_kinds_may_be_mentioned",
    "a_described_file_came_with_the_message",
    // All that is written here is held against it.
    "the_body_fits_the_openapi_document",
    // No blob is larger.
    "a_file_has_at_most_10_mib",
    "a_deleted_message_cannot_be_edited",
    "a_message_of_another_cannot_be_edited",
    "a_nonce_has_at_most_25_characters",
    "a_message_has_at_most_3_stickers",
    "an_embed_picture_description_has_at_most_4096_characters",
    "an_embed_picture_placeholder_has_at_most_64_characters",
    "an_embed_provider_has_at_most_256_characters",
    "a_file_title_has_at_most_1024_characters",
    "a_waveform_has_at_most_400_characters",
    "a_poll_question_has_at_most_300_characters",
    "a_poll_has_at_most_10_answers",
    "a_poll_has_an_answer",
    "a_poll_lasts_at_most_32_days",
    "a_poll_lasts_an_hour",
];

fn embed(embed: Embed) -> Option<Vec<Case>> {
    mended([Message::new().embed(embed)])
}

fn embeds(all: impl IntoIterator<Item = Embed>) -> Option<Vec<Case>> {
    mended(all.into_iter().map(|embed| Message::new().embed(embed)))
}

fn titled() -> Embed {
    Embed::new().title("t")
}

fn files(names: impl IntoIterator<Item = String>) -> Message {
    let file = |name| File::new(BlobId::new("7"), name);
    names.into_iter().map(file).fold(Message::new(), Message::file)
}

fn users(ids: impl IntoIterator<Item = u64>) -> Message {
    ids.into_iter().map(UserId).fold(Message::text("a"), Message::mention_user)
}

fn roles(ids: impl IntoIterator<Item = u64>) -> Message {
    ids.into_iter().map(RoleId).fold(Message::text("a"), Message::mention_role)
}

pub(super) fn cases(rule: &str) -> Option<Vec<Case>> {
    of_messages(rule).or_else(|| of_embeds(rule)).or_else(|| of_links(rule))
}

fn of_messages(rule: &str) -> Option<Vec<Case>> {
    match rule {
        "an_answer_keeps_the_rules_of_messages" | "content_has_at_most_2000_characters" => {
            mended([Message::text(long(2_001)), Message::text("a ".repeat(2_000))])
        }
        "an_answer_is_not_empty" | "a_message_is_not_empty" | "an_edit_leaves_something" => {
            let nothing =
                [Message::new(), Message::text(" \n"), Message::new().embed(Embed::new())];
            refused("the message is empty", nothing)
        }
        "mentions_are_allowed_by_kind_or_by_id" => {
            let mut both = users([1]).mention_role(RoleId(2));
            both.mentions.everyone = true;
            mended([both])
        }
        "at_most_100_ids_may_be_mentioned" => mended([users(1..102)]),
        "at_most_100_roles_may_be_mentioned" => mended([roles(1..102)]),
        "an_id_is_mentioned_once" => mended([users([1, 2, 1]), roles([1, 1])]),
        "at_most_10_files_are_described" | "a_message_has_at_most_10_files" => {
            refused("11 files", [files((0..11).map(|n| n.to_string()))])
        }
        "a_file_name_has_at_most_1024_characters" | "a_file_name_is_not_empty" => {
            let names = [long(1_025), String::new(), " ".to_owned(), "a/b".to_owned()];
            refused("the name of a file", names.map(|name| files([name])))
        }
        "a_file_description_has_at_most_1024_characters" => {
            let mut message = files(["a".to_owned()]);
            message.files[0].description = long(1_025).into();
            mended([message])
        }
        _ => None,
    }
}

fn of_embeds(rule: &str) -> Option<Vec<Case>> {
    match rule {
        "a_message_has_at_most_10_embeds" => {
            refused("11 embeds", [(0..11).fold(Message::new(), |all, _| all.embed(titled()))])
        }
        "an_embed_title_has_at_most_256_characters" => embed(Embed::new().title(long(257))),
        "an_embed_description_has_at_most_4096_characters" => {
            embed(Embed::new().description(long(4_097)))
        }
        "an_embed_has_at_most_25_fields" => {
            let many = (0..26).fold(titled(), |all, _| all.field("n", "v"));
            refused("26 fields", [Message::new().embed(many)])
        }
        "an_embed_field_name_has_at_most_256_characters" => embed(titled().field(long(257), "v")),
        "an_embed_field_value_has_at_most_1024_characters" => {
            embed(titled().field("n", long(1_025)))
        }
        "an_embed_field_has_a_value" => {
            embeds([titled().field("n", ""), titled().field(" ", " \n"), titled().field("", "v")])
        }
        "an_embed_footer_has_at_most_2048_characters" => {
            embed(titled().footer(Caption::new(long(2_049))))
        }
        "an_embed_footer_has_a_text" => {
            embed(titled().footer(Caption::new(" ").icon("https://x.invalid/a.png")))
        }
        "an_embed_author_has_at_most_256_characters" => {
            embed(titled().author(Caption::new(long(257))))
        }
        "an_embed_author_has_a_name" => {
            embed(titled().author(Caption::new("").icon("https://x.invalid/a.png")))
        }
        "embeds_have_at_most_6000_characters_together" => {
            let large = || {
                let embed = Embed::new().title(long(256)).description(long(4_096));
                (0..25).fold(embed, |all, _| all.field("", long(1_024)))
            };
            mended([Message::new().embed(large()).embed(large())])
        }
        "an_embed_color_has_24_bits" => embed(titled().color(u32::MAX)),
        "an_embed_timestamp_is_iso_8601" => {
            embeds([i64::MIN, -1, 0, i64::MAX].map(|moment| titled().timestamp_ms(moment)))
        }
        _ => None,
    }
}

fn of_links(rule: &str) -> Option<Vec<Case>> {
    let icon = |url: &str| Caption::new("c").icon(url);
    match rule {
        "an_embed_picture_comes_from_the_web" => embeds([
            titled().image("ftp://x.invalid/a.png"),
            titled().thumbnail("a.png"),
            titled().author(icon("data:image/png;base64,")),
            titled().footer(icon("ftp://x.invalid/a.png")),
        ]),
        "an_embed_link_is_well_formed" => {
            let links = ["nowhere", "", "https://", "https:x.invalid", " https://x.invalid"];
            let links = links.into_iter().chain(["https://x.invalid/a b", "https://x.invalid\n"]);
            embeds(links.flat_map(|url| [titled().url(url), titled().image(url)]))
        }
        "an_embed_link_comes_from_the_web" => embeds(
            ["ftp://x.invalid", "javascript:x", "attachment://a"].map(|url| titled().url(url)),
        ),
        "an_address_has_at_most_2048_characters" => {
            let long = format!("https://x.invalid/{}", "a".repeat(2_048));
            embeds([titled().url(&long), titled().image(&long), titled().author(icon(&long))])
        }
        _ => None,
    }
}
