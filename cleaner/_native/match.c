/* Where the words of rules may be in the lines of a text: cleaner/packs/match.py and index.py.
 *
 * Python looks only at lines for which a flag is set or a literal is found. A flag may be set in vain, because sets
 * hold hashes, but it is set wherever Python would find something. Literals are exactly those that Python acts on. */
#include "sets.h"

enum { ALPHA = 1, DIGIT = 2, ALNUM = 4, JOINED = 8, DECORATION = 16, DECIMAL = 32, SEPARATOR = 64 }; /* of characters */
enum { WHOLE = 1, COUNTER = 2, START = 4, DATED = 8, SHORT = 16, GLUE = 32 };        /* flags of lines */

#define MAX_DATED_WORDS 14
#define MAX_SHORT_WORDS 16
#define MAX_GLUED_WORDS 24
#define MAX_GLUED_CHARS 240
#define OPENING 4 /* characters by which openings and ends of phrases are found */
#define LONG 8    /* more characters by which the openings of longer phrases are found */
#define WORD_NEED 4
#define MAX_SHORT_TOKEN 4

/* The arguments of cleaner_match, by the caller: cleaner/packs/native_index.py. */
struct matcher {
    const uint8_t *classes; /* of all characters */
    /* literals are filed under their first characters; files are lists of their numbers, the shortest first, then -1 */
    const uint8_t *openings, *filed; /* bits: by hash, how literals begin, and what they are filed under */
    struct set files;
    const int32_t *file_of; /* by slot of files: where the file begins */
    const int32_t *numbers; /* the files, one after the other */
    const uint32_t *literals; /* their characters; a line feed follows each */
    const int32_t *literal_starts; /* of each literal, and one after the last */
    /* by literal: the most words of a line in which it counts: as a word, at the beginning of a word, as a need */
    const int32_t *whole, *open, *need;
    const uint64_t *begins; /* by literal: bits of the characters with which lines begin in which it counts as a need */
    int64_t longest; /* characters of the longest phrase */
    struct set lines, starts, shorts;
    const uint8_t *heads, *tails, *start_heads; /* bits: by hash, how phrases and openings begin and end */
    const int32_t *short_words; /* by slot of shorts: the most words of a line in which it counts */
};

EXPORT int64_t cleaner_matcher_size(void) { return (int64_t)sizeof(struct matcher); }

/* Fills a set with the lines of codes. values, if not NULL, has a value for each line, and of has the highest for each
 * slot. Returns the number of lines, which must be less than size. */
EXPORT int64_t cleaner_set(const uint32_t *codes, int64_t length, uint64_t *slots, int64_t size, const int32_t *values,
                           int32_t *of)
{
    int64_t line = 0, start = 0;
    for (int64_t i = 0; i <= length; i++) {
        if (i < length && codes[i] != '\n') continue;
        const uint64_t key = key_of(hash_of(codes + start, i - start));
        const int64_t at = slot_of(slots, size, key);
        slots[at] = key;
        if (values && values[line] > of[at]) of[at] = values[line];
        line++;
        start = i + 1;
    }
    return line;
}

#define EDGES (1 << 19) /* bits */

static inline uint32_t edge_bit(uint64_t hash) { return (uint32_t)mixed(hash) & (EDGES - 1); }

static inline int has_bit(const uint8_t *bits, uint32_t bit) { return bits[bit >> 3] >> (bit & 7) & 1; }

static inline void set_bit(uint8_t *bits, uint32_t bit) { bits[bit >> 3] |= (uint8_t)(1 << (bit & 7)); }

/* Sets a bit for so many characters at the beginning of each line of codes, for more of them if it is long, and one for
 * those at its end. Returns the number of lines. */
EXPORT int64_t cleaner_edges(const uint32_t *codes, int64_t length, uint8_t *heads, uint8_t *tails)
{
    int64_t line = 0, start = 0;
    for (int64_t i = 0; i <= length; i++) {
        if (i < length && codes[i] != '\n') continue;
        const int64_t size = i - start < OPENING ? i - start : OPENING;
        if (i - start > LONG) set_bit(heads, edge_bit(hash_of(codes + start, LONG)));
        set_bit(heads, edge_bit(hash_of(codes + start, size)));
        set_bit(tails, edge_bit(hash_of(codes + i - size, size)));
        line++;
        start = i + 1;
    }
    return line;
}

#define BITS (1 << 17) /* few enough for the first cache */
#define OPENS 3        /* characters of a literal that are looked up at first */
#define FILED 8        /* characters under which literals are filed at most */

/* The hash of one character more of a beginning. */
static inline uint32_t begun(uint32_t hash, uint32_t code)
{
    hash = (hash ^ code) * UINT32_C(0x9e3779b1);
    return hash ^ (hash >> 15);
}

/* Sets a bit for each line of codes. Returns the number of lines. */
EXPORT int64_t cleaner_bits(const uint32_t *codes, int64_t length, uint8_t *bits)
{
    int64_t line = 0;
    uint32_t hash = 0;
    for (int64_t i = 0; i <= length; i++) {
        if (i < length && codes[i] != '\n') {
            hash = begun(hash, codes[i]);
            continue;
        }
        set_bit(bits, hash & (BITS - 1));
        hash = 0;
        line++;
    }
    return line;
}

/* The pages of 256 characters that a text has and that are not known yet. Returns their number. */
EXPORT int64_t cleaner_unknown(const uint32_t *codes, int64_t length, const uint8_t *known, int32_t *unknown)
{
    uint8_t seen[0x1100] = {0};
    int64_t count = 0;
    for (int64_t i = 0; i < length; i++) {
        const uint32_t page = codes[i] >> 8;
        if (page < 0x1100 && !known[page] && !seen[page]) {
            seen[page] = 1;
            unknown[count++] = (int32_t)page;
        }
    }
    return count;
}

struct line {
    const struct matcher *m;
    const uint32_t *codes;
    int64_t length, key, key_end; /* the key is codes[key:key_end] */
    int32_t words;
};

static inline unsigned class_of(const struct line *l, int64_t at) { return l->m->classes[l->codes[at]]; }

static inline int are_of_one_word(unsigned before, unsigned after)
{
    if ((before | after) & JOINED) return 0;
    return (before & after & (ALPHA | DIGIT)) != 0;
}

/* The words of the line without decoration around them, as cleaner.fold.key finds them. */
static void find_key(struct line *l)
{
    l->key = 0;
    l->key_end = l->length;
    if (l->length > 1 && l->codes[0] == 0xab && l->codes[l->length - 1] == 0xbb) return;
    while (l->key < l->key_end && class_of(l, l->key) & DECORATION) l->key++;
    while (l->key_end > l->key && class_of(l, l->key_end - 1) & DECORATION) l->key_end--;
}

static int has_three_digits(const struct line *l)
{
    int count = 0;
    for (int64_t i = 0; i < l->length && count < 3; i++) count += (class_of(l, i) & DECIMAL) != 0;
    return count == 3;
}

static int has_short_word(const struct line *l)
{
    int64_t start = 0;
    for (int64_t i = 0; i <= l->length; i++) {
        if (i < l->length && l->codes[i] != ' ') continue;
        if (i > start && i - start <= MAX_SHORT_TOKEN) {
            const struct set *set = &l->m->shorts;
            const int64_t at = slot_of(set->slots, set->size, key_of(hash_of(l->codes + start, i - start)));
            if (set->slots[at] && l->words <= l->m->short_words[at]) return 1;
        }
        start = i + 1;
    }
    return 0;
}

/* Whether a beginning of the key is in a set. */
static int begins_like(const struct line *l, const struct set *set)
{
    uint64_t hash = EMPTY;
    for (int64_t i = l->key; i < l->key_end; i++) {
        hash = with(hash, l->codes[i]);
        if (holds(set, hash)) return 1;
    }
    return 0;
}

/* Whether one to four characters at the end of the key are in a set. */
static int is_tail(const struct line *l, const uint8_t *bits)
{
    for (int64_t size = 1; size <= OPENING && size <= l->key_end - l->key; size++)
        if (has_bit(bits, edge_bit(hash_of(l->codes + l->key_end - size, size)))) return 1;
    return 0;
}

/* Whether one to four characters at a place of the key are in a set. */
static int is_head(const struct line *l, const uint8_t *bits, int64_t at)
{
    uint64_t hash = EMPTY;
    for (int64_t i = at; i < l->key_end && i < at + OPENING; i++) {
        hash = with(hash, l->codes[i]);
        if (has_bit(bits, edge_bit(hash))) return 1;
    }
    return 0;
}

/* Whether the key, which ends like a phrase, is made of two or more, with or without separators between them. */
static int is_glued(const struct line *l)
{
    const struct matcher *m = l->m;
    const int64_t size = l->key_end - l->key;
    if (l->words > MAX_GLUED_WORDS || size > MAX_GLUED_CHARS) return 0;
    uint8_t parts[MAX_GLUED_CHARS + 1] = {0}; /* how many phrases may end at a place: bit 0 none, 1 one, 2 more */
    parts[0] = 1;
    for (int64_t at = 0; at < size; at++) {
        if (!parts[at]) continue;
        if (class_of(l, l->key + at) & SEPARATOR) {
            parts[at + 1] |= parts[at];
            continue;
        }
        if (!is_head(l, m->heads, l->key + at)) continue;
        const uint8_t next = (uint8_t)((parts[at] & 1 ? 2 : 0) | (parts[at] & 6 ? 4 : 0));
        uint64_t hash = EMPTY;
        for (int64_t end = at; end < size && end - at < m->longest;) {
            hash = with(hash, l->codes[l->key + end++]);
            if (holds(&m->lines, hash)) parts[end] |= next;
            if (end - at == LONG && !has_bit(m->heads, edge_bit(hash))) break;
        }
    }
    return parts[size] & 4;
}

/* Whether the key may end in a counter such as (12) or 3.4k, which is not part of a phrase. */
static int may_end_in_counter(const struct line *l)
{
    const uint32_t last = l->codes[l->key_end - 1];
    return last == 'k' || last == 'm' || last == ')' || last == ']' || class_of(l, l->key_end - 1) & DIGIT;
}

static unsigned flags_of(const struct line *l)
{
    const struct matcher *m = l->m;
    if (l->key == l->key_end)
        return (l->words <= MAX_SHORT_WORDS && has_short_word(l) ? SHORT : 0) | (holds(&m->lines, EMPTY) ? WHOLE : 0);
    const unsigned first = class_of(l, l->key), last = class_of(l, l->key_end - 1);
    unsigned flags = 0;
    const int64_t size = l->key_end - l->key;
    const int ends_like_phrase = is_tail(l, m->tails);
    if (ends_like_phrase && size <= m->longest && holds(&m->lines, hash_of(l->codes + l->key, size))) flags |= WHOLE;
    if ((first | last) & DIGIT) {
        if ((first & DIGIT || is_head(l, m->heads, l->key)) && (may_end_in_counter(l) || ends_like_phrase))
            flags |= COUNTER;
        if (l->words <= MAX_DATED_WORDS && has_three_digits(l)) flags |= DATED;
    }
    if (is_head(l, m->start_heads, l->key) && begins_like(l, &m->starts)) flags |= START;
    if (l->words <= MAX_SHORT_WORDS && has_short_word(l)) flags |= SHORT;
    if (ends_like_phrase && is_glued(l)) flags |= GLUE;
    return flags;
}

/* Whether anything follows from a literal at a place. */
static int counts(const struct line *l, int32_t literal, int64_t start, int64_t end)
{
    const struct matcher *m = l->m;
    const unsigned after = end < l->length ? class_of(l, end) : 0;
    const int whole = end == l->length || !(after & ALNUM) || !are_of_one_word(class_of(l, end - 1), after);
    if (l->words <= m->open[literal] || (whole && l->words <= m->whole[literal])) return 1;
    if (!(m->begins[literal] >> (l->codes[0] & 63) & 1)) return 0;
    return (whole || end - start > WORD_NEED) && l->words <= m->need[literal];
}

struct found {
    int32_t line, literal, start, end;
};

/* The character as the automaton of Python sees it: a question mark for a lone surrogate; 0 after the end. */
static inline uint32_t seen(const struct line *l, int64_t at)
{
    if (at >= l->length) return 0;
    return l->codes[at] >= 0xd800 && l->codes[at] < 0xe000 ? '?' : l->codes[at];
}

/* Whether a literal is at a place. */
static int is_at(const struct line *l, int32_t literal, int64_t start)
{
    const struct matcher *m = l->m;
    const int64_t first = m->literal_starts[literal], size = m->literal_starts[literal + 1] - 1 - first;
    if (size > l->length - start) return 0;
    for (int64_t i = 0; i < size; i++)
        if (m->literals[first + i] != seen(l, start + i)) return 0;
    return 1;
}

/* What is found in the lines of a text: there is room for so much. */
struct finds {
    struct found *found;
    int64_t count, capacity;
};

/* Adds a literal of a line of which those from first on are. They are in the order of their ends, the longest first:
 * what is out of order overlaps, so there is little of it. */
static void add_found(struct finds *f, int64_t first, struct found new)
{
    if (f->count < f->capacity) {
        int64_t to = f->count;
        for (; to > first && f->found[to - 1].end > new.end; to--) f->found[to] = f->found[to - 1];
        f->found[to] = new;
    }
    f->count++;
}

/* Adds the literals that are filed under so many characters at a place. */
static void find_filed(const struct line *l, int32_t number, int64_t start, int64_t size, int64_t first, struct finds *f)
{
    const struct matcher *m = l->m;
    uint64_t hash = EMPTY;
    for (int64_t i = start; i < start + size; i++) hash = with(hash, seen(l, i));
    const int64_t at = slot_of(m->files.slots, m->files.size, key_of(hash));
    if (!m->files.slots[at]) return;
    for (const int32_t *literal = m->numbers + m->file_of[at]; *literal >= 0; literal++) {
        if (!is_at(l, *literal, start)) continue;
        const int64_t end = start + m->literal_starts[*literal + 1] - 1 - m->literal_starts[*literal];
        const struct found new = {number, *literal, (int32_t)start, (int32_t)end};
        if (counts(l, *literal, start, end)) add_found(f, first, new);
    }
}

/* Adds the literals of a line. */
static void find_literals(const struct line *l, int32_t number, struct finds *f)
{
    const struct matcher *m = l->m;
    const int64_t first = f->count;
    unsigned before = 0;
    for (int64_t start = 0; start < l->length; start++) {
        const unsigned here = class_of(l, start);
        const int is_inside = are_of_one_word(before, here);
        before = here;
        if (is_inside) continue;
        uint32_t hash = 0;
        for (int64_t size = 1; size <= FILED && size <= l->length - start; size++) {
            hash = begun(hash, seen(l, start + size - 1));
            if (has_bit(m->filed, hash & (BITS - 1))) find_filed(l, number, start, size, first, f);
            if ((size == 1 || size == OPENS) && !has_bit(m->openings, hash & (BITS - 1))) break; /* nearly always */
        }
    }
}

/* Looks at each of the lines of codes, which have words[i] words. Sets flags[i], and writes the literals up to the
 * capacity. Returns how many literals there are; if they are more than the capacity, what was written is not complete.
 * Returns BAD_INPUT if there are more lines. */
EXPORT int64_t cleaner_match(const struct matcher *m, const uint32_t *codes, int64_t length, const int32_t *words,
                             int64_t lines, uint8_t *flags, struct found *found, int64_t capacity)
{
    struct finds f = {found, 0, capacity};
    int64_t start = 0;
    int32_t number = 0;
    for (int64_t i = 0; i <= length; i++) {
        if (i < length && codes[i] != '\n') continue;
        if (number >= lines) return BAD_INPUT;
        struct line l = {.m = m, .codes = codes + start, .length = i - start, .words = words[number]};
        find_key(&l);
        flags[number] = (uint8_t)flags_of(&l);
        find_literals(&l, number, &f);
        number++;
        start = i + 1;
    }
    return f.count;
}
