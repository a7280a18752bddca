//! Archives as GitHub hands them out, and as nobody should: by hand, so that
//! they can be wrong in any way.

/// What a file is, as its archive says.
pub(crate) const REGULAR: u32 = 0o100_644;
pub(crate) const LINK: u32 = 0o120_777;

/// A file of an archive.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) mode: u32,
    pub(crate) content: Vec<u8>,
}

/// An archive with these files, none of them compressed.
pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = out.len();
        out.extend(b"PK\x03\x04\x14\x00");
        out.extend(common(entry));
        out.extend(entry.name.as_bytes());
        out.extend(&entry.content);

        // Made by Unix, which has modes.
        directory.extend(b"PK\x01\x02\x14\x03\x14\x00");
        directory.extend(common(entry));
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(number(offset).to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }

    let offset = number(out.len());
    let count = u16::try_from(entries.len()).unwrap();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(number(directory.len()).to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// What is said of a file in both places: flags, method, time, checksum, sizes,
/// and the lengths of its names.
fn common(entry: &Entry) -> Vec<u8> {
    let size = number(entry.content.len());
    let name = u16::try_from(entry.name.len()).unwrap();
    let mut out = vec![0, 0, 0, 0, 0, 0, 0x21, 0x5a];
    out.extend(checksum(&entry.content).to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(name.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn checksum(bytes: &[u8]) -> u32 {
    let rest = bytes
        .iter()
        .fold(u32::MAX, |rest, byte| {
            (0..8).fold(rest ^ u32::from(*byte), |rest, _| {
                (rest >> 1) ^ (0xedb8_8320 * (rest & 1))
            })
        });
    !rest
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap()
}
