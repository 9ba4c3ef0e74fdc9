//! The program `teller`: hands its arguments to the library. Must not hold any logic.

fn main() -> std::process::ExitCode {
    teller::cli::main()
}
