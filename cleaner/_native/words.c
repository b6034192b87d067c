/* What words say: those in the lines of a text (cleaner/scorer/wording.py), and those in the class and id names of
 * elements (cleaner/scorer/names.py, cleaner/packs/selectors.py). */
#include <math.h>

#include "sets.h"

enum { WORD = 1, SPACELESS = 2 }; /* of characters */

#define MAX_LENGTH 300 /* characters of a line in which words are looked for */
#define MAX_WORDS 24
#define MOST 24        /* letters of a word in a name, in addition to a first capital */

/* The odds of a word by its checksum; odds that are no number mark a free slot. */
struct sum {
    uint32_t sum;
    float odds;
};

/* The slot of a checksum, or the free slot where it would be. The set is never full. */
static inline int64_t sum_slot(const struct sum *slots, int64_t size, uint32_t sum)
{
    int64_t at = (int64_t)(sum & (uint64_t)(size - 1));
    while (slots[at].sum != sum && slots[at].odds == slots[at].odds) at = (at + 1) & (size - 1);
    return at;
}

/* Files odds under the checksums of words. There are more slots than sums; their odds are no numbers before. */
EXPORT int64_t cleaner_sums(const struct sum *sums, int64_t count, struct sum *slots, int64_t size)
{
    for (int64_t i = 0; i < count; i++) slots[sum_slot(slots, size, sums[i].sum)] = sums[i];
    return count;
}

/* One more byte of a CRC-32, as zlib computes it. */
static inline uint32_t crc_byte(const uint32_t *table, uint32_t crc, uint32_t byte)
{
    return table[(crc ^ byte) & 0xff] ^ crc >> 8;
}

/* The characters of a word more, in UTF-8. */
static uint32_t crc_word(const uint32_t *table, uint32_t crc, const uint32_t *codes, int64_t start, int64_t end)
{
    for (int64_t i = start; i < end; i++) {
        const uint32_t c = codes[i];
        if (c < 0x80) {
            crc = crc_byte(table, crc, c);
            continue;
        }
        if (c < 0x800) {
            crc = crc_byte(table, crc, 0xc0 | c >> 6);
        } else {
            if (c < 0x10000) {
                crc = crc_byte(table, crc, 0xe0 | c >> 12);
            } else {
                crc = crc_byte(table, crc, 0xf0 | c >> 18);
                crc = crc_byte(table, crc, 0x80 | (c >> 12 & 0x3f));
            }
            crc = crc_byte(table, crc, 0x80 | (c >> 6 & 0x3f));
        }
        crc = crc_byte(table, crc, 0x80 | (c & 0x3f));
    }
    return crc;
}

/* Puts a sum among others, which are sorted, if it is not among them. Returns how many there are. */
static int insert(uint32_t *sums, int count, uint32_t sum)
{
    int at = count;
    while (at && sums[at - 1] > sum) at--;
    if (at && sums[at - 1] == sum) return count;
    for (int i = count; i > at; i--) sums[i] = sums[i - 1];
    sums[at] = sum;
    return count + 1;
}

/* What the words of each line say: the odds of its different words and pairs of words, in the order of their checksums,
 * over the root of their number. The slots are those of cleaner_sums. Returns the number of lines; there is room for
 * so many. */
EXPORT int64_t cleaner_wording(const uint8_t *classes, const uint32_t *codes, int64_t length,
                               const struct sum *slots, int64_t size, double *out, int64_t room)
{
    uint32_t table[256];
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t crc = n;
        for (int k = 0; k < 8; k++) crc = crc & 1 ? crc >> 1 ^ UINT32_C(0xedb88320) : crc >> 1;
        table[n] = crc;
    }
    int64_t line = 0;
    for (int64_t start = 0, end; start <= length; start = end + 1, line++) {
        for (end = start; end < length && codes[end] != '\n'; end++) {}
        if (line >= room) continue;
        const int64_t until = end - start > MAX_LENGTH ? start + MAX_LENGTH : end;
        uint32_t sums[2 * MAX_WORDS], before = 0;
        int count = 0, words = 0;
        for (int64_t i = start, first; i < until && words < MAX_WORDS; words++) {
            while (i < until && !(classes[codes[i]] & (WORD | SPACELESS))) i++;
            if (i == until) break;
            first = i;
            if (!(classes[codes[i++]] & SPACELESS))
                while (i < until && (classes[codes[i]] & (WORD | SPACELESS)) == WORD) i++;
            if (words) {
                const uint32_t pair = crc_word(table, crc_byte(table, before, ' '), codes, first, i);
                count = insert(sums, count, ~pair);
            }
            before = crc_word(table, ~UINT32_C(0), codes, first, i);
            count = insert(sums, count, ~before);
        }
        double sum = 0;
        for (int n = 0; n < count; n++) {
            const float odds = slots[sum_slot(slots, size, sums[n])].odds;
            if (odds == odds) sum += odds;
        }
        out[line] = sum / sqrt(count ? count : 1);
    }
    return line;
}

static inline int is_lower(uint8_t c) { return c >= 'a' && c <= 'z'; }

static inline int is_upper(uint8_t c) { return c >= 'A' && c <= 'Z'; }

static inline int is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

/* The words whose odds are known: the slots of their hashes, the number of the word in each, and the words. */
struct known {
    const uint64_t *slots;
    int64_t size;
    const int32_t *of;
    const uint32_t *codes;
    const int32_t *starts; /* of each word, and one after the last; a line feed follows each word */
    const double *odds;
};

EXPORT int64_t cleaner_known_size(void) { return (int64_t)sizeof(struct known); }

/* The number of a word in lower case, -1 if it is not known. */
static int64_t number_of(const struct known *known, const uint8_t *word, int64_t count)
{
    uint64_t hash = EMPTY;
    for (int64_t i = 0; i < count; i++) hash = with(hash, word[i]);
    const int64_t at = slot_of(known->slots, known->size, key_of(hash));
    if (!known->slots[at]) return -1;
    const int32_t number = known->of[at];
    const int32_t start = known->starts[number];
    if (known->starts[number + 1] - start - 1 != count) return -1;
    for (int64_t i = 0; i < count; i++)
        if (known->codes[start + i] != word[i]) return -1;
    return number;
}

/* The odds of names: the least, the sum, the most, and their number. */
struct odds {
    double least, sum, most;
    int64_t count;
};

static void add_odds(struct odds *all, const struct odds *one)
{
    if (!one->count) return;
    if (!all->count || one->least < all->least) all->least = one->least;
    if (!all->count || one->most > all->most) all->most = one->most;
    all->sum = all->count ? all->sum + one->sum : one->sum;
    all->count += one->count;
}

/* What the names of start tags say. A null character follows the names of each tag, line feeds part them. out has shape
 * (4, room). Returns the number of tags, which is written only if there is room for so many. */
EXPORT int64_t cleaner_names(const uint8_t *bytes, int64_t length, const struct known *known, float *out, int64_t room)
{
    int64_t tag = 0;
    struct odds all = {0, 0, 0, 0}, one = all;
    const struct odds none = all;
    for (int64_t i = 0, first; i < length;) {
        const uint8_t c = bytes[i];
        first = i++;
        if (c == '\n' || !c) {
            add_odds(&all, &one);
            one = none;
            if (c) continue;
            if (tag < room) {
                out[tag] = (float)all.least;
                out[room + tag] = (float)all.sum;
                out[2 * room + tag] = (float)all.most;
                out[3 * room + tag] = (float)all.count;
            }
            all = none;
            tag++;
            continue;
        }
        int64_t letters = 0;
        if (is_lower(c) || (is_upper(c) && i < length && is_lower(bytes[i]))) {
            const int64_t from = is_lower(c) ? first : i;
            while (from + letters < length && letters < MOST && is_lower(bytes[from + letters])) letters++;
            i = letters < 2 ? first + 1 : from + letters;
        }
        if (letters < 2 && is_upper(c)) {
            letters = 1;
            while (first + letters < length && letters < MOST && is_upper(bytes[first + letters])) letters++;
            i = first + letters;
        }
        if (letters < 2) continue;
        uint8_t lower[MOST + 1];
        for (int64_t at = first; at < i; at++) lower[at - first] = bytes[at] | 0x20;
        const int64_t number = number_of(known, lower, i - first);
        if (number < 0) continue;
        const double odds = known->odds[number];
        const struct odds word = {odds, 0.0 + odds, odds, 1};
        add_odds(&one, &word);
    }
    return tag;
}

/* The end of the word that begins at a place in a name, the place itself if none does. */
static int64_t word_end(const uint8_t *bytes, int64_t at, int64_t length)
{
    int64_t end = at + 1;
    if (is_digit(bytes[at])) {
        while (end < length && is_digit(bytes[end])) end++;
    } else if (is_lower(bytes[at]) || (is_upper(bytes[at]) && end < length && is_lower(bytes[end]))) {
        while (end < length && is_lower(bytes[end])) end++;
    } else if (is_upper(bytes[at])) {
        while (end < length && is_upper(bytes[end])) end++;
        if (end < length && is_lower(bytes[end])) end--; /* the last capital begins the next word */
    } else {
        return at;
    }
    return end;
}

#define MAX_ID_WORDS 5 /* a longer id was generated from a heading */

/* The number of known words that consist of others (-1: none) and one more word, or -1. hash is that of the others, and
 * then that of all. */
static int64_t follow(const struct known *known, int64_t others, uint64_t *hash, const uint8_t *word, int64_t count)
{
    if (others >= 0) *hash = with(*hash, ' ');
    for (int64_t i = 0; i < count; i++) *hash = with(*hash, is_upper(word[i]) ? word[i] | 0x20 : word[i]);
    const int64_t at = slot_of(known->slots, known->size, key_of(*hash));
    if (!known->slots[at]) return -1;
    const int32_t number = known->of[at], start = known->starts[number];
    const int64_t size = known->starts[number + 1] - start - 1;
    const int64_t before = others < 0 ? 0 : known->starts[others + 1] - known->starts[others];
    if (size != before + count) return -1;
    for (int64_t i = 0; i < before - 1; i++)
        if (known->codes[start + i] != known->codes[known->starts[others] + i]) return -1;
    for (int64_t i = 0; i < count; i++)
        if (known->codes[start + before + i] != (is_upper(word[i]) ? word[i] | 0x20 : word[i])) return -1;
    return number;
}

/* The words of selectors: the first ones are modifiers, which bar a class that they begin; after them and the selectors
 * are beginnings of selectors. What is found is written as the number of the words, 1 for an id, 1 inside a name. */
struct selectors {
    struct known known;
    int64_t modifiers, count, with_classes;
};

EXPORT int64_t cleaner_selectors_size(void) { return (int64_t)sizeof(struct selectors); }

struct selected {
    int32_t *codes;
    int64_t count, room;
};

/* The next word from a place on: its beginning, or the end of what is compared of a name. */
static int64_t next_word(const uint8_t *bytes, int64_t at, int64_t end, int64_t *word)
{
    for (*word = at; at < end; at++) {
        if (bytes[at] == '-' && at + 1 < end && bytes[at + 1] == '-') return end;
        *word = word_end(bytes, at, end);
        if (*word > at) return at;
    }
    return end;
}

/* Adds the words of selectors in a name: an id, or a class. */
static void select_in(const struct selectors *s, const uint8_t *bytes, int64_t start, int64_t end, int is_id,
                      struct selected *found)
{
    const int64_t before = found->count;
    int64_t words = 0, after;
    for (int64_t at = next_word(bytes, start, end, &after); at < end; words++) {
        uint64_t hash = EMPTY;
        int64_t number = -1, last = after;
        for (int64_t here = at; here < end; here = next_word(bytes, last, end, &last)) {
            number = follow(&s->known, number, &hash, bytes + here, last - here);
            if (number < 0) break;
            if (!is_id && !words && number < s->modifiers) return;
            if (number >= s->count) continue;
            if (found->count < found->room)
                found->codes[found->count] = (int32_t)(number << 2 | is_id << 1 | (words > 0));
            found->count++;
        }
        at = next_word(bytes, after, end, &after);
    }
    if (is_id && words > MAX_ID_WORDS) found->count = before;
}

static int is_ascii(const uint8_t *bytes, int64_t start, int64_t end)
{
    while (start < end && bytes[start] < 0x80) start++;
    return start == end;
}

/* Finds the words of selectors in the names of start tags: the id, the classes and the role of each, with line feeds
 * between them and a null character at the end. ends[tag] is how many are found up to a tag, or -1 if Python has to
 * look at the tag: it has other characters than those of ASCII, or classes that say what a post is about. Returns how
 * many are found, of which only those are written for which there is room, or BAD_INPUT for another number of tags. */
EXPORT int64_t cleaner_selected(const struct selectors *s, const uint8_t *bytes, int64_t length, int32_t *ends,
                                int64_t tags, int32_t *codes, int64_t room)
{
    struct selected found = {codes, 0, room};
    int64_t tag = 0, before = 0;
    int is_id = 1, is_plain = 1;
    for (int64_t i = 0, start = 0; i < length; i++) {
        if (bytes[i] == '\n') {
            const int is_post = i - start == 6 && !memcmp(bytes + start, "hentry", 6);
            if (is_id || s->with_classes) {
                is_plain &= is_ascii(bytes, start, i) && (is_id || !is_post);
                if (is_plain) select_in(s, bytes, start, i, is_id, &found);
            }
        } else if (bytes[i]) {
            continue;
        } else if (tag == tags) {
            return BAD_INPUT;
        } else {
            if (!is_plain) found.count = before;
            ends[tag++] = is_plain ? (int32_t)found.count : -1;
            before = found.count;
        }
        is_id = !bytes[i];
        if (!bytes[i]) is_plain = 1;
        start = i + 1;
    }
    return tag == tags ? found.count : BAD_INPUT;
}
