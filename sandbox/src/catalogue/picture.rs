//! Draws posters: a gradient and a symmetric pattern, both following from the number of the title.

/// The width of a poster in pixels.
pub const WIDTH: u32 = 170;
/// The height of a poster in pixels.
pub const HEIGHT: u32 = 250;

/// Blocks of the pattern from left to right; the right half mirrors the left.
const COLUMNS: u32 = 7;
/// Blocks of the pattern from top to bottom.
const ROWS: u32 = 9;
/// The side of a block in pixels.
const BLOCK: u32 = 20;

/// Returns a poster as the bytes of a PNG file, the same for the same number.
#[must_use]
pub fn poster(number: u64) -> Vec<u8> {
    let seed = scramble(number);
    let pixels: Vec<u8> = (0..HEIGHT)
        .flat_map(|y| (0..WIDTH).map(move |x| (x, y)))
        .flat_map(|(x, y)| pixel(seed, x, y))
        .collect();
    encode(&pixels)
}

fn encode(pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("writing to memory does not fail");
    writer.write_image_data(pixels).expect("there are WIDTH × HEIGHT pixels of three bytes");
    writer.finish().expect("writing to memory does not fail");
    file
}

/// Returns red, green and blue at one place.
fn pixel(seed: u64, x: u32, y: u32) -> [u8; 3] {
    let [top_red, top_green, top_blue, low_red, low_green, low_blue, _, _] = seed.to_le_bytes();
    let shade = |top: u8, low: u8| {
        let mixed = (u32::from(top) * (HEIGHT - y) + u32::from(low) * y) / HEIGHT / 2;
        let shown = if in_pattern(seed, x, y) { mixed + 110 } else { mixed + 20 };
        u8::try_from(shown).unwrap_or(u8::MAX)
    };
    [shade(top_red, low_red), shade(top_green, low_green), shade(top_blue, low_blue)]
}

fn in_pattern(seed: u64, x: u32, y: u32) -> bool {
    let (left, top) = ((WIDTH - COLUMNS * BLOCK) / 2, (HEIGHT - ROWS * BLOCK) / 2);
    let (Some(x), Some(y)) = (x.checked_sub(left), y.checked_sub(top)) else { return false };
    let (column, row) = (x / BLOCK, y / BLOCK);
    if column >= COLUMNS || row >= ROWS {
        return false;
    }
    let mirrored = column.min(COLUMNS - 1 - column);
    seed.rotate_left(row * 5 + mirrored) & 1 == 1
}

/// Spreads near numbers far apart (the finalizer of SplitMix64).
fn scramble(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
