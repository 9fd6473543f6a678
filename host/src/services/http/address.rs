//! Which addresses are public. All else belongs to someone's own network, or to nobody.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ranges that are not public, after IANA's registry of special addresses: base and prefix length.
const V4_NOT_PUBLIC: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // shared by carriers
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local, metadata of clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocols
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // relays from 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 3),     // multicast, reserved, broadcast
];

/// The only part of IPv6 that is given out for public use; and what in it is not.
const V6_GLOBAL: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
const V6_NOT_PUBLIC: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols, Teredo among them
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4: any IPv4 address in disguise
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// How networks without IPv4 write its addresses (RFC 6052).
const V6_TRANSLATED: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Returns whether anyone on the internet may be reached at `address`.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match carried_v4(v6) {
            Some(v4) => is_public_v4(v4),
            None => in_v6(v6, V6_GLOBAL) && !V6_NOT_PUBLIC.iter().any(|range| in_v6(v6, *range)),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let inside = |(base, length): &(Ipv4Addr, u32)| {
        (address.to_bits() ^ base.to_bits()).leading_zeros() >= *length
    };
    !V4_NOT_PUBLIC.iter().any(inside)
}

fn in_v6(address: Ipv6Addr, (base, length): (Ipv6Addr, u32)) -> bool {
    (address.to_bits() ^ base.to_bits()).leading_zeros() >= length
}

/// The IPv4 address that is really meant.
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let translated = || {
        let last_bits = u32::try_from(address.to_bits() & u128::from(u32::MAX));
        last_bits.ok().filter(|_| in_v6(address, V6_TRANSLATED)).map(Ipv4Addr::from_bits)
    };
    address.to_ipv4_mapped().or_else(translated)
}

#[cfg(test)]
mod tests;
