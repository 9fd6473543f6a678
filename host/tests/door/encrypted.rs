//! What leaves this machine is encrypted: whoever listens at an `https` or `wss` address reads the
//! beginning of a TLS handshake, and nothing before it.

use crate::discord::{Discord, gateway_bot, ok, soon};
use lumina_host::door::{INBOUND_MAX, Method, Request};
use tokio::{io::AsyncReadExt, net::TcpListener, sync::mpsc};

/// The kind of the first record of a TLS connection: a handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

/// Listens at a free port; returns the address without its scheme too.
async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("an address").to_string();
    (listener, address)
}

/// The first byte that anybody sends.
async fn first_byte(listener: &TcpListener) -> u8 {
    soon(async {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        stream.read_u8().await.expect("a byte")
    })
    .await
}

#[tokio::test]
async fn a_call_to_an_https_base_begins_with_a_tls_handshake() {
    let (listener, address) = listen().await;
    let mut discord = Discord::plain().await;
    discord.base = format!("https://{address}");
    let door = discord.door();
    let (path, headers, body) = ("users/@me".to_owned(), Default::default(), Default::default());
    let call = door.send(Request { method: Method::GET, path, headers, body, until: None });
    let byte = tokio::select! {
        byte = first_byte(&listener) => byte,
        answer = call => panic!("nobody answers: {answer:?}"),
    };
    assert_eq!(byte, HANDSHAKE);
}

#[tokio::test]
async fn a_session_at_a_wss_gateway_begins_with_a_tls_handshake() {
    let (listener, address) = listen().await;
    let gateway = gateway_bot(&format!("wss://{address}"));
    let discord = Discord::start(move |_| ok(&gateway)).await;
    let (tx, _inbound) = mpsc::channel(INBOUND_MAX);
    let _session = discord.door().connect(0, tx);
    assert_eq!(first_byte(&listener).await, HANDSHAKE);
}
