//! The scripts that Redis runs, each as one atomic step.

use std::sync::LazyLock;

use redis::Script;

pub(super) static LOAD: LazyLock<Script> =
    LazyLock::new(|| Script::new("return redis.call('HMGET', KEYS[1], 'generation', 'sealed')"));

pub(super) static TRY_LEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
         local stored = tonumber(redis.call('HGET', KEYS[2], 'generation') or 0)
         local holder = math.max(redis.call('INCR', KEYS[3]), stored + 1)
         redis.call('SET', KEYS[3], holder, 'PX', ARGV[3])
         return holder",
    )
});

pub(super) static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
         return redis.call('PEXPIRE', KEYS[1], ARGV[2])",
    )
});

pub(super) static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
         return redis.call('DEL', KEYS[1])",
    )
});

/// Nothing is stored if the entry is no longer the one that was read, or if another process has held the lease since.
/// An entry that was lost or has expired may be replaced by any other.
pub(super) static SAVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local stored = tonumber(redis.call('HGET', KEYS[1], 'generation') or 0)
         if stored ~= 0 and stored ~= tonumber(ARGV[1]) then return 0 end
         local count, lease = tonumber(redis.call('GET', KEYS[2]) or 0), tonumber(ARGV[2])
         if lease > 0 and count > lease then return 0 end
         local generation = math.max(count, stored) + 1
         redis.call('SET', KEYS[2], generation, 'PX', ARGV[5])
         redis.call('HSET', KEYS[1], 'generation', generation, 'sealed', ARGV[3])
         redis.call('PEXPIRE', KEYS[1], ARGV[4])
         return 1",
    )
});
