//! The transport compression that clients may ask for: one zlib stream over all messages.

use flate2::{Compress, Compression, FlushCompress};

/// How much a compressed message grows at a time.
const CHUNK_BYTES: usize = 4_096;

/// Compresses the messages of one connection.
pub(crate) struct ZlibStream {
    compress: Compress,
}

impl ZlibStream {
    pub(crate) fn new() -> ZlibStream {
        ZlibStream { compress: Compress::new(Compression::fast(), true) }
    }

    /// Returns one message, which ends with the four bytes of a sync flush.
    pub(crate) fn message(&mut self, text: &str) -> Vec<u8> {
        let mut input = text.as_bytes();
        let mut output = Vec::with_capacity(CHUNK_BYTES);
        loop {
            output.reserve(CHUNK_BYTES);
            let before = self.compress.total_in();
            self.compress
                .compress_vec(input, &mut output, FlushCompress::Sync)
                .expect("a sync flush into free space cannot fail");
            input = &input[(self.compress.total_in() - before) as usize..];
            if input.is_empty() && output.len() < output.capacity() {
                return output;
            }
        }
    }
}
