//! Messages that consist of components.

use super::{Case, long, mended, refused, rows::button, with};
use lumina_plugin_api::{
    component::{Component, Container, Picture, Section, ShownFile},
    reply::{Embed, File, Message},
    services::blob::BlobId,
};

pub(super) const ELSEWHERE: &[&str] = &[
    "polls_do_not_go_with_the_second_kind",
    "stickers_do_not_go_with_the_second_kind",
    // It has texts only, and something beside them.
    "a_section_holds_texts_only",
    "a_section_has_an_accessory",
    "a_gallery_has_items",
    "a_separator_has_a_known_size",
    "a_container_has_components",
    "an_accent_color_is_not_negative",
    "a_file_component_shows_a_file_of_the_message",
    // See `an_embed_over_a_message_of_components_is_refused_with_what_to_do`.
    "a_message_of_the_second_kind_stays_one",
];

const PICTURE: &str = "https://x.invalid/a.png";

fn text(text: &str) -> Component {
    Component::Text(text.into())
}

fn beside(accessory: impl Into<Component>) -> Message {
    with(Section::new(vec!["a".into()], accessory))
}

fn section(n_texts: usize) -> Message {
    with(Section::new(vec!["a".into(); n_texts], button()))
}

fn described(description: String) -> Picture {
    let mut picture = Picture::new(PICTURE);
    picture.description = description.into();
    picture
}

pub(super) fn cases(rule: &str) -> Option<Vec<Case>> {
    of_trees(rule).or_else(|| of_pictures(rule))
}

fn of_trees(rule: &str) -> Option<Vec<Case>> {
    let container = |components: Vec<Component>| with(Container::new(components));
    match rule {
        "content_does_not_go_with_the_second_kind" => mended([container(vec![text("b")])]),
        "embeds_do_not_go_with_the_second_kind" => {
            let both = container(vec![text("b")]).embed(Embed::new().title("t"));
            refused("an embed cannot stand in a message of components", [both])
        }
        "a_known_component_stands_at_the_top" => {
            let thumbnail = || Component::Thumbnail(Picture::new(PICTURE));
            let all = [with(thumbnail()), container(vec![thumbnail()])];
            refused("a thumbnail cannot stand", all)
        }
        "at_most_40_components_with_nested_ones" => {
            let texts = |n| vec![text("a"); n];
            let flat = texts(40).into_iter().fold(Message::text("a"), Message::component);
            let sections: Vec<Component> =
                vec![Section::new(vec!["a".into()], button()).into(); 13];
            refused("41 components", [flat, container(texts(39)), container(sections)])
        }
        "at_most_4000_characters_in_all_texts" => {
            let long = || text(&long(3_000));
            mended([container(vec![long(), long(), long()]), with(long()).component(long())])
        }
        "a_text_is_not_empty" => mended([with(text("")).component(text(" \n"))]),
        "a_section_has_at_most_3_texts" => refused("4 texts of a section", [section(4)]),
        "a_section_has_a_text" => {
            let blank = with(Section::new(vec![" ".into()], button()));
            refused("a section is empty", [section(0), blank])
        }
        "an_accessory_is_a_button_or_a_thumbnail" => {
            refused("cannot stand in the side of a section", [beside(text("b"))])
        }
        "a_container_is_not_empty" => {
            refused("a container is empty", [container(Vec::new()), container(vec![text("")])])
        }
        "an_accent_color_has_24_bits" => {
            mended([with(Container::new(vec![text("a")]).accent_color(u32::MAX))])
        }
        "a_container_holds_no_container" => {
            let inner = Container::new(vec![text("a")]).into();
            refused("a container cannot stand in a container", [container(vec![inner])])
        }
        "custom_ids_are_unique_across_the_tree" => {
            mended([container(vec![button().into(), button().into()]).component(button())])
        }
        "the_second_kind_needs_components" => {
            refused("the message is empty", [Message::new().component(text(""))])
        }
        _ => None,
    }
}

fn of_pictures(rule: &str) -> Option<Vec<Case>> {
    let gallery = |pictures: Vec<Picture>| with(Component::Gallery(pictures));
    let thumbnail = |picture: Picture| beside(Component::Thumbnail(picture));
    let address = "the address of a picture";
    match rule {
        "a_thumbnail_description_has_at_most_1024_characters" => {
            mended([thumbnail(described(long(1_025)))])
        }
        "a_thumbnail_description_is_not_empty" => {
            mended(["", " "].map(|text| thumbnail(described(text.to_owned()))))
        }
        "a_thumbnail_has_a_picture" => refused(address, [thumbnail(Picture::new(""))]),
        "a_gallery_has_at_most_10_pictures" => {
            refused("11 pictures", [gallery(vec![Picture::new(PICTURE); 11])])
        }
        "a_gallery_is_not_empty" => refused("a gallery is empty", [gallery(Vec::new())]),
        "a_gallery_description_has_at_most_1024_characters" => {
            mended([gallery(vec![described(long(1_025))])])
        }
        "a_gallery_description_is_not_empty" => {
            mended(["", " "].map(|text| gallery(vec![described(text.to_owned())])))
        }
        "a_gallery_picture_comes_from_the_web_or_the_message" => {
            let urls = ["ftp://x.invalid/a.png", "https://x.invalid/a b.png", "https:x.invalid"];
            refused(address, urls.map(|url| gallery(vec![Picture::new(url)])))
        }
        "a_named_file_came_with_the_message" => {
            let shown = |name: &str| with(Component::File(ShownFile::new(name)));
            let mut all = refused("has no file of that name", [shown("a.txt"), shown("")])?;
            let spaced = shown("a b.txt").file(File::new(BlobId::new("7"), "a b.txt"));
            all.extend(refused("the name of a file that is shown", [spaced])?);
            Some(all)
        }
        _ => None,
    }
}
