//! What a program does with files through Rust's standard library. Prints one line per step.
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

fn main() {
    fs::create_dir_all("/data/a/b/c").unwrap();
    fs::write("/data/a/b/c/file.txt", "hello").unwrap();
    let mut file = OpenOptions::new().append(true).open("/data/a/b/c/file.txt").unwrap();
    file.write_all(b" world").unwrap();
    println!("content {}", fs::read_to_string("/data/a/b/../b/./c/file.txt").unwrap());

    let mut file = File::open("/data/a/b/c/file.txt").unwrap();
    file.seek(SeekFrom::End(-5)).unwrap();
    let mut tail = String::new();
    file.read_to_string(&mut tail).unwrap();
    println!("tail {tail} of {}", file.metadata().unwrap().len());

    fs::rename("/data/a/b/c/file.txt", "/data/moved.txt").unwrap();
    let mut names: Vec<_> = fs::read_dir("/data").unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    println!("entries {}", names.join(" "));

    fs::remove_dir_all("/data/a").unwrap();
    fs::remove_file("/data/moved.txt").unwrap();
    println!("left {}", fs::read_dir("/data").unwrap().count());

    let failed = |path: &str| fs::read(path).is_err();
    println!("missing {}", failed("/data/none"));
    println!("outside {}", failed("/etc/passwd") && failed("/data/../../etc/passwd"));

    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(2));
    println!("slept {}", start.elapsed() >= Duration::from_millis(2));
}
