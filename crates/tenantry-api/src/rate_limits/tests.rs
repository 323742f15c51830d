//! Windows, quotas and the bound on memory, with a clock that stands still.

use super::*;

fn limiter(address: u32) -> (RateLimiter, Clock) {
    let clock = Clock::fixed(jiff::Timestamp::from_second(1_800_000_000).unwrap());
    let limits = RateLimits { address, ..RateLimits::default() };
    (RateLimiter::new(limits, clock.clone()), clock)
}

#[test]
fn a_quota_is_exact_and_whole_again_when_the_window_says_so() {
    // RT-1
    let (limiter, clock) = limiter(3);
    let callers = ["192.0.2.1", "192.0.2.2"].map(|text| network(text.parse().unwrap()));
    for caller in callers {
        let mut resets = Vec::new();
        for remaining in [2, 1, 0] {
            let standing = limiter.take(Policy::Address, caller).unwrap();
            assert!(standing.is_allowed);
            assert_eq!((standing.remaining, standing.quota), (remaining, 3));
            resets.push(standing.reset);
        }
        for _ in 0..5 {
            let refused = limiter.take(Policy::Address, caller).unwrap();
            assert!(!refused.is_allowed && refused.remaining == 0);
            resets.push(refused.reset);
        }
        resets.dedup();
        assert_eq!(resets.len(), 1, "the clock stands still");
        clock.advance(i64::from(resets[0]) - 1);
        assert_eq!(
            limiter.look(Policy::Address, caller).map(|at| (at.is_allowed, at.reset)),
            Some((false, 1))
        );
        clock.advance(1);
        let anew = limiter.take(Policy::Address, caller).unwrap();
        assert_eq!((anew.is_allowed, anew.remaining, anew.reset), (true, 2, 60));
    }
}

#[test]
fn zero_is_no_limit_and_takes_no_memory() {
    let (limiter, _) = limiter(0);
    let caller = network("192.0.2.1".parse().unwrap());
    assert!((0..10_000).all(|_| limiter.take(Policy::Address, caller).is_none()));
}

#[test]
fn a_subscriber_is_one_caller_however_many_addresses_it_has() {
    let of = |text: &str| network(text.parse().unwrap());
    assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
}

#[test]
fn a_million_addresses_take_no_more_memory_and_hide_nobody_who_is_near_the_limit() {
    // RT-1
    let (limiter, _) = limiter(300);
    let before = limiter.addresses.places();
    let busy = network("203.0.113.7".parse().unwrap());
    for _ in 0..299 {
        assert!(limiter.take(Policy::Address, busy).unwrap().is_allowed);
    }
    for number in 0..1_000_000_u128 {
        let caller = Uuid::from_u128((0x2001_0db8 << 96) | (number << 64));
        assert!(limiter.take(Policy::Address, caller).unwrap().is_allowed);
    }
    assert_eq!(limiter.addresses.places(), before);
    assert_eq!(before, ADDRESSES);
    assert!(limiter.addresses.bytes() < 3 * 1024 * 1024);
    assert!(limiter.take(Policy::Address, busy).unwrap().is_allowed);
    assert!(!limiter.take(Policy::Address, busy).unwrap().is_allowed);
    assert!(limiter.addresses.shares(1_800_000_000, 1).len() <= ADDRESSES);
}

#[test]
fn many_threads_at_once_get_exactly_the_quota() {
    // BF-3's question, for windows
    let (limiter, _) = limiter(1_000);
    let caller = network("192.0.2.1".parse().unwrap());
    let allowed: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    (0..1_000)
                        .filter(|_| limiter.take(Policy::Address, caller).unwrap().is_allowed)
                        .count()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!(allowed, 1_000);
}
