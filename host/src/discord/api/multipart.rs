//! JSON and files in one body.

use super::Upload;
use bytes::Bytes;

/// Returns the content type and the body of JSON with files beside it.
pub(super) fn multipart(json: &str, files: &[Upload]) -> (String, Bytes) {
    // Random, so that no file holds it.
    let boundary = format!("lumina-{:032x}", fastrand::u128(..));
    let mut body = Vec::new();
    let mut part = |head: String, content: &[u8]| {
        body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    let disposition = "Content-Disposition: form-data; name";
    let json_head = format!("{disposition}=\"payload_json\"\r\nContent-Type: application/json");
    part(json_head, json.as_bytes());
    for (index, (name, bytes)) in files.iter().enumerate() {
        // Names are checked when they are rendered: no quote, no line break.
        let head = format!(
            "{disposition}=\"files[{index}]\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream"
        );
        part(head, bytes);
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_beside_the_json() {
        let files = [("a.png".to_owned(), Bytes::from_static(&[1, 2]))];
        let (content_type, body) = multipart("{}", &files);
        let boundary = content_type.split_once("boundary=").map(|(_, boundary)| boundary).unwrap();
        let text = String::from_utf8_lossy(&body);
        assert_eq!(text.matches(&format!("--{boundary}")).count(), 3);
        assert!(text.contains("name=\"files[0]\"; filename=\"a.png\""), "{text}");
    }
}
