//! Gives freed memory back to the system. The one place that calls C.
//!
//! The allocator of the GNU C library keeps what was freed: once a large block has gone, it takes blocks
//! of that size from its heaps, whose ends are returned late or, of some threads, never (mallopt(3),
//! malloc_trim(3)). The allocators of the other systems give back by themselves; there nothing is done.

/// From this size on, blocks come from the system and return there, from now on. It is where the allocator
/// starts; saying so keeps it from learning another.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 128 * 1024;

/// Has large blocks returned to the system as soon as they are freed: for before something large comes that
/// will go again.
pub fn return_large_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "no safe crate wraps it")]
    // SAFETY: it takes no pointer, and the allocator serializes it with its other calls.
    let _ = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
}

/// Returns the free pages between and behind what is in use: for after something large has gone. It takes
/// milliseconds.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "no safe crate wraps it")]
    // SAFETY: it takes no pointer and leaves alone what is in use.
    let _ = unsafe { libc::malloc_trim(0) };
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    const SIZE: usize = 64 << 20;

    /// Bytes of this process that are in memory (proc_pid_statm(5)).
    fn resident() -> usize {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    }

    /// Takes much in blocks of one size, and frees all but the last.
    #[track_caller]
    fn check(block: usize) {
        let before = resident();
        let mut blocks: Vec<Vec<u8>> = (0..SIZE / block).map(|_| vec![1; block]).collect();
        assert!(resident() - before > SIZE / 10 * 9);
        let last = blocks.pop();
        drop(blocks);
        give_back();
        let kept = resident().saturating_sub(before);
        assert!(kept < SIZE / 10 + block, "{kept} bytes were kept, blocks of {block}");
        drop(last);
    }

    #[test]
    fn what_was_freed_is_given_back() {
        return_large_blocks();
        check(1 << 10);
        check(64 << 10);
        // The second time, as after the first: the allocator has not learned another size.
        for _ in 0..2 {
            std::thread::spawn(|| check(16 << 20)).join().unwrap();
            std::thread::spawn(|| check(1 << 20)).join().unwrap();
        }
    }
}
