/* Sets of words by their hashes. */
#ifndef CLEANER_SETS_H
#define CLEANER_SETS_H

#include "core.h"

struct set {
    const uint64_t *slots; /* hashes, 0 for a free slot */
    int64_t size;          /* a power of 2 */
};

static inline uint64_t mixed(uint64_t hash)
{
    hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
    return hash ^ (hash >> 31);
}

#define EMPTY UINT64_C(0xcbf29ce484222325)
static inline uint64_t with(uint64_t hash, uint32_t code) { return (hash ^ code) * UINT64_C(0x100000001b3); }

static inline uint64_t hash_of(const uint32_t *codes, int64_t count)
{
    uint64_t hash = EMPTY;
    for (int64_t i = 0; i < count; i++) hash = with(hash, codes[i]);
    return hash;
}

/* The slot of a hash, or that of the free slot where it would be. The set is never full. */
static inline int64_t slot_of(const uint64_t *slots, int64_t size, uint64_t key)
{
    int64_t at = (int64_t)(key & (uint64_t)(size - 1));
    while (slots[at] && slots[at] != key) at = (at + 1) & (size - 1);
    return at;
}

static inline uint64_t key_of(uint64_t hash)
{
    hash = mixed(hash);
    return hash ? hash : 1;
}

static inline int holds(const struct set *set, uint64_t hash)
{
    return set->slots[slot_of(set->slots, set->size, key_of(hash))] != 0;
}

#endif
