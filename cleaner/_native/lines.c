/* The lines of a text and their matching form: cleaner/segment/text.py and cleaner/fold.py. What characters are, and
 * what they fold to, says the caller. Lines with characters that change with those next to them are left to it. */
#include "core.h"

enum { SPACE = 1, ALPHA = 2, DECORATION = 4, SENTENCE_END = 8, CLOSER = 16, SPACELESS = 32, COMPLEX = 64, FOLDS = 128 };

#define FIRST_SPACELESS 0xe00
#define MAX_DIGITS 3 /* of the number of a step */

/* The arguments, by the caller: cleaner/segment/native_lines.py. The columns have room for all lines, folded and keys
 * for all characters and a line feed after each line, and for some more: characters may fold to several. */
struct lines {
    const uint32_t *codes;
    int64_t length;
    const uint8_t *classes;
    const uint32_t *bullets; /* with a null character */
    const uint64_t *folds;   /* four characters each, the first in the lowest bits, no null characters */
    uint32_t *folded, *keys;
    int64_t room;
    int32_t *starts, *ends, *numbers, *words; /* of each line that holds anything */
    int32_t *items;                           /* the lines that are items */
    int32_t *looks, *left;                    /* those whose kind, or whose matching form, the caller finds out */
    int32_t *keyed;                           /* those with another key than the folded line */
    uint8_t *sentences, *apart, *signs;
    int64_t count, folded_size, keys_size, item_count, look_count, left_count, keyed_count; /* written */
};

struct span {
    int64_t start, end;
};

enum beginning { PLAIN, IS_ITEM, MAY_BE_KIND };

EXPORT int64_t cleaner_lines_size(void) { return (int64_t)sizeof(struct lines); }

static unsigned class_at(const struct lines *l, int64_t at) { return l->classes[l->codes[at]]; }

/* The part of some characters without those of a class at both ends. */
static struct span stripped(const struct lines *l, const uint32_t *codes, struct span part, unsigned class)
{
    while (part.end > part.start && l->classes[codes[part.end - 1]] & class) part.end--;
    while (part.end > part.start && l->classes[codes[part.start]] & class) part.start++;
    return part;
}

/* The characters of a line as they fold. Returns their number, or a negative number if the line is left. */
static int64_t fold(const struct lines *l, struct span line, uint32_t *out, int64_t room)
{
    int64_t size = 0;
    for (int64_t at = line.start; at < line.end; at++) {
        const uint32_t code = l->codes[at];
        const unsigned class = l->classes[code];
        if (!(class & (COMPLEX | FOLDS))) {
            out[size++] = code;
            continue;
        }
        if (class & COMPLEX) return -1;
        for (uint64_t rest = l->folds[code]; rest; rest >>= 16) {
            if (size + line.end - at > room) return -1;
            out[size++] = (uint32_t)(rest & 0xffff);
        }
    }
    return size;
}

/* Replaces each run of white space by one space. Returns the size. */
static int64_t squeeze(const struct lines *l, uint32_t *text, int64_t size)
{
    int64_t to = 0;
    for (int64_t at = 0; at < size; at++) {
        if (!(l->classes[text[at]] & SPACE)) text[to++] = text[at];
        else if (!(l->classes[text[at - 1]] & SPACE)) text[to++] = ' ';
    }
    return to;
}

/* Counts the words of a text without white space at its ends, and tells if there are two spaces in a row. One character
 * more than the text has is read. */
static int32_t words_of(const struct lines *l, const uint32_t *text, int64_t size, int *has_gaps)
{
    uint32_t spaces = 0, spaceless = 0, gaps = 0, all = 0;
    for (int64_t at = 0; at < size; at++) { /* without a branch, so that the compiler takes several at once */
        spaces += text[at] == ' ';
        gaps |= (text[at] == ' ') & (text[at + 1] == ' ');
        all |= text[at];
    }
    for (int64_t at = 0; all >= FIRST_SPACELESS && at < size; at++) spaceless += (l->classes[text[at]] & SPACELESS) != 0;
    *has_gaps = (int)gaps;
    return (int32_t)(spaces + 1 + spaceless / 2);
}

/* The matching form of a line, as in cleaner/segment/text.py. Returns its size, or a negative number. */
static int64_t matching(const struct lines *l, struct span line, uint32_t *out, int64_t room, int32_t *words)
{
    const int64_t size = fold(l, line, out, room);
    if (size <= 0) return size;
    const struct span filled = stripped(l, out, (struct span){0, size}, SPACE);
    int64_t count = filled.end - filled.start;
    int has_gaps;
    if (filled.start) memmove(out, out + filled.start, (size_t)count * sizeof *out);
    *words = words_of(l, out, count, &has_gaps);
    if (has_gaps) {
        count = squeeze(l, out, count);
        *words = words_of(l, out, count, &has_gaps);
    }
    return count;
}

static int is_point(uint32_t code) { return code == '.' || code == ')'; }

/* The kind of a line by its beginning: an item, perhaps one that the caller must look at, or neither. */
static enum beginning beginning_of(const struct lines *l, struct span line)
{
    const uint32_t first = l->codes[line.start], second = line.end - line.start > 1 ? l->codes[line.start + 1] : 0;
    const int is_alpha = (class_at(l, line.start) & ALPHA) != 0;
    for (int64_t n = 1; n <= (is_alpha ? 1 : MAX_DIGITS) && line.start + n < line.end; n++)
        if (is_point(l->codes[line.start + n])) return MAY_BE_KIND;
    if (is_alpha || !second || (first >= '0' && first <= '9')) return PLAIN;
    if (!(l->classes[second] & SPACE)) return first == second ? MAY_BE_KIND : PLAIN;
    for (const uint32_t *bullet = l->bullets; *bullet; bullet++)
        if (first == *bullet) return IS_ITEM;
    return MAY_BE_KIND;
}

static void add_key(struct lines *l, int64_t line, const uint32_t *key, int64_t size)
{
    memcpy(l->keys + l->keys_size, key, (size_t)size * sizeof *key);
    l->keys_size += size;
    l->keys[l->keys_size++] = '\n';
    l->keyed[l->keyed_count++] = (int32_t)line;
}

/* The signs of a line, as in cleaner/segment/signs.py. */
static uint8_t signs_of(const struct lines *l, struct span line)
{
    const uint32_t *text = l->codes + line.start, first = *text;
    const int64_t size = line.end - line.start;
    uint32_t columns = 0, colons = 0, small = 0;
    for (int64_t at = 0; at < size; at++) { /* without a branch */
        columns |= (text[at] == '|') | (text[at] == '\t');
        colons |= (text[at] == ':') | (text[at] == 0xff1a);
        small |= text[at] - 'a' < 26;
    }
    for (int64_t at = 1; at < size; at++) columns |= (text[at - 1] == ' ') & (text[at] == ' ');
    const int is_prompt = first == '$' || first == '[' || first == '>' || first == '%' || first == '#' || first - '0' < 10;
    const int is_label = text[size - 1] == ':', is_fence = first == '`' || first == '~';
    return (uint8_t)(columns | colons << 1 | (unsigned)(is_prompt << 2 | is_label << 3 | !small << 4 | is_fence << 5));
}

/* Adds a line, if it holds anything. */
static void add_line(struct lines *l, struct span line, int64_t number)
{
    line = stripped(l, l->codes, line, SPACE);
    uint32_t *const folded = l->folded + l->folded_size;
    const int64_t n = l->count, room = l->room - l->folded_size - (l->length - line.end + 1);
    const int64_t size = line.end > line.start ? matching(l, line, folded, room, &l->words[n]) : 0;
    if (!size) return;
    if (size < 0) l->left[l->left_count++] = (int32_t)n;
    else {
        struct span key = {0, size};
        if (*folded != 0xab || folded[size - 1] != 0xbb) key = stripped(l, folded, key, DECORATION);
        if (key.end - key.start < size) add_key(l, n, folded + key.start, key.end - key.start);
        l->folded_size += size;
    }
    l->folded[l->folded_size++] = '\n';
    l->starts[n] = (int32_t)line.start;
    l->ends[n] = (int32_t)line.end;
    l->numbers[n] = (int32_t)number;
    l->apart[n] = !n || number - l->numbers[n - 1] > 1;
    switch (beginning_of(l, line)) {
    case MAY_BE_KIND: l->looks[l->look_count++] = (int32_t)n; break;
    case IS_ITEM: l->items[l->item_count++] = (int32_t)n; break;
    default: break;
    }
    const struct span closed = stripped(l, l->codes, line, CLOSER);
    l->signs[n] = signs_of(l, line);
    l->sentences[n] = closed.end > closed.start && class_at(l, closed.end - 1) & SENTENCE_END;
    l->count++;
}

/* Reads the lines of a text. */
EXPORT int64_t cleaner_lines(struct lines *l)
{
    int64_t start = 0, number = 0;
    for (int64_t at = 0; at <= l->length; at++) {
        if (at < l->length) {
            const uint32_t code = l->codes[at];
            if ((code > '\r' && code < 0x80) || !is_line_end(code)) continue;
            if (code == '\r' && at + 1 < l->length && l->codes[at + 1] == '\n') continue;
        }
        add_line(l, (struct span){start, at}, number++);
        start = at + 1;
    }
    return l->count;
}
