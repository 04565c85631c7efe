use std::io::{copy, stdin, stdout, Write};
use std::{env, process};

fn main() {
    println!("args {}", env::args().collect::<Vec<_>>().join(" "));
    println!("NAME={}", env::var("NAME").unwrap_or_default());
    copy(&mut stdin(), &mut stdout()).unwrap();
    println!();
    stdout().flush().unwrap();
    eprintln!("done");
    process::exit(3);
}
