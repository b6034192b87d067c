/* The source of a page, as UTF-8: whether it has a word, and which tags exceed the limits of
 * cleaner/segment/markup.py. What Python may read in another way (characters above ASCII next to tags) is left to it. */
#include "core.h"

#define BLOCK 192 /* bytes; fewer than a byte can count */
#define LONGEST 16
#define NEAR 100 /* characters between an equals sign and its value */
#define NO_END (-1)
#define LEAVE_TO_PYTHON (-2)

struct names {
    const char *all;             /* the size of each before it */
    uint32_t first[LONGEST + 1]; /* by size: a bit for each letter with which one begins */
};

struct limits {
    struct names raw_text, uncounted;
    int64_t depth, options, long_tag;
};

struct excess {
    int64_t start, end, is_left_out;
};

struct source {
    const uint8_t *at;
    int64_t size;
};

struct tag {
    int64_t end; /* after its last character, or the reason why there is none */
    int is_closing;
    uint8_t name[LONGEST + 1]; /* in small letters, the size before it; a longer one is cut off */
};

static int is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }
static uint8_t lower(uint8_t c) { return is_letter(c) ? c | 0x20 : c; }
static int is_space(uint8_t c) { return c == ' ' || (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x1f); }

static uint32_t bit_of(uint8_t letter) { return UINT32_C(1) << (letter & 0x1f); }

static struct names names_of(const char *all)
{
    struct names names = {all, {0}};
    for (; *all; all += *all + 1)
        if ((uint8_t)*all <= LONGEST) names.first[(uint8_t)*all] |= bit_of((uint8_t)all[1]);
    return names;
}

static int is_named(const struct tag *tag, const char *name)
{
    return (uint8_t)*name == *tag->name && !memcmp(name + 1, tag->name + 1, *tag->name);
}

static int is_in(const struct names *names, const struct tag *tag)
{
    if (!(names->first[*tag->name] & bit_of(tag->name[1]))) return 0;
    for (const char *one = names->all; *one; one += *one + 1)
        if (is_named(tag, one)) return 1;
    return 0;
}

static int64_t find(struct source s, int64_t from, char wanted)
{
    const uint8_t *found = from < s.size ? memchr(s.at + from, wanted, (size_t)(s.size - from)) : NULL;
    return found ? found - s.at : NO_END;
}

/* Whether a source has a word, which is not empty. */
EXPORT int64_t cleaner_has(const uint8_t *text, int64_t size, const char *word, int64_t length)
{
    const struct source s = {text, size};
    const uint8_t first = (uint8_t)word[0], middle = (uint8_t)word[length / 2], last = (uint8_t)word[length - 1];
    const uint8_t *const at_middle = s.at + length / 2, *const at_last = s.at + length - 1;
    const int64_t places = s.size - length + 1;
    for (int64_t i = 0; i < places; i += BLOCK) {
        const int64_t end = places - i < BLOCK ? places : i + BLOCK;
        uint8_t may = 0; /* three bytes of each place at first: the compiler looks at many places at once */
        for (int64_t n = i; n < end; n++) may |= (s.at[n] == first) & (at_middle[n] == middle) & (at_last[n] == last);
        for (int64_t n = i; may && n < end; n++)
            if (!memcmp(s.at + n, word, (size_t)length)) return 1;
    }
    return 0;
}

static int has_many_tags(struct source s, int64_t many)
{
    int64_t count = 0;
    for (int64_t i = 0; i < s.size; i += BLOCK) {
        const int64_t end = s.size - i < BLOCK ? s.size : i + BLOCK;
        uint8_t here = 0;
        for (int64_t n = i; n < end; n++) here = (uint8_t)(here + (s.at[n] == '<'));
        count += here;
    }
    return count >= many;
}

/* Whether no < is in some part of a size; searched in leaps. */
static int has_long_part(struct source s, int64_t size)
{
    for (int64_t at = 0; s.size - at > size; at++) {
        const int64_t start = at;
        for (at += size; at >= start && s.at[at] != '<'; at--) ;
        if (at < start) return 1;
    }
    return 0;
}

/* The offset after the > of a tag, skipping quoted values. */
static int64_t end_of_tag(struct source s, int64_t at)
{
    for (;; at++) {
        const int64_t start = at;
        while (at < s.size && s.at[at] != '"' && s.at[at] != '\'' && s.at[at] != '>') at++;
        if (at >= s.size) return NO_END;
        if (s.at[at] == '>') return at + 1;
        const int64_t least = at - start > NEAR ? at - NEAR : start;
        int64_t before = at;
        while (before > least && is_space(s.at[before - 1])) before--;
        if (before > least && s.at[before - 1] >= 0x80) return LEAVE_TO_PYTHON;
        if (before > least && s.at[before - 1] == '=') at = find(s, at + 1, (char)s.at[at]);
        if (at < 0) return NO_END;
    }
}

/* The tag that begins at a <; one without a name is a comment or the like, or no tag at all. */
static struct tag read_tag(struct source s, int64_t at)
{
    struct tag tag = {0, 0, {0}};
    int64_t name = at + 1;
    if (name < s.size && s.at[name] == '/') {
        tag.is_closing = 1;
        name++;
    }
    if (name >= s.size || !is_letter(s.at[name])) {
        const uint8_t sign = at + 1 < s.size ? s.at[at + 1] : 0;
        const int is_comment = s.size - at >= 4 && !memcmp(s.at + at, "<!--", 4);
        tag.end = at + 1;
        if (sign == '!' || sign == '?' || sign == '/') tag.end = find(s, at + 1, '>');
        while (is_comment && tag.end >= 0 && (tag.end < at + 3 || s.at[tag.end - 1] != '-' || s.at[tag.end - 2] != '-'))
            tag.end = find(s, tag.end + 1, '>');
        return tag;
    }
    int64_t end = name;
    for (; end < s.size && !is_space(s.at[end]) && s.at[end] != '/' && s.at[end] != '>'; end++) {
        if (s.at[end] >= 0x80) tag.end = LEAVE_TO_PYTHON;
        if (end - name < LONGEST) tag.name[++tag.name[0]] = lower(s.at[end]);
    }
    if (!tag.end) tag.end = end_of_tag(s, end);
    return tag;
}

/* Where the closing tag of an element begins whose content is not markup. */
static int64_t end_of_raw_text(struct source s, int64_t at, const uint8_t *name)
{
    for (at = find(s, at, '<'); at >= 0; at = find(s, at + 1, '<')) {
        int64_t n = at + 1;
        if (n >= s.size || s.at[n++] != '/') continue;
        int known = 0;
        for (; known < *name && n < s.size && lower(s.at[n]) == name[known + 1]; n++) known++;
        if (n < s.size && s.at[n] >= 0x80) return LEAVE_TO_PYTHON;
        if (known < *name) continue;
        if (n >= s.size || !(is_letter(s.at[n]) || s.at[n] == '_' || (s.at[n] >= '0' && s.at[n] <= '9'))) return at;
    }
    return NO_END;
}

/* Finds the tags that are nested too deeply, may have too many attributes, or are one of too many options. Returns how
 * many there are, or a negative number if Python has to find them. */
static int64_t find_excess(struct source s, const struct limits *limits, struct excess *found, int64_t most)
{
    int64_t depth = 0, options = 0, drawings = 0, count = 0;
    for (int64_t at = find(s, 0, '<'); at >= 0;) {
        const struct tag tag = read_tag(s, at);
        if (tag.end < 0) return tag.end == LEAVE_TO_PYTHON ? LEAVE_TO_PYTHON : count;
        int64_t end = tag.end;
        if (*tag.name) {
            if (is_named(&tag, "\3svg")) drawings += tag.is_closing ? -1 : 1;
            const int counts = !is_in(&limits->uncounted, &tag) && !(drawings > 0 && s.at[end - 2] == '/');
            const int is_option = is_named(&tag, "\6option");
            depth += counts && !tag.is_closing;
            options = is_named(&tag, "\6select") ? 0 : options + is_option;
            const int is_left_out = (depth > limits->depth && counts) || (options > limits->options && is_option);
            if (is_left_out || (end - at > limits->long_tag && !tag.is_closing)) {
                if (count == most) return LEAVE_TO_PYTHON;
                found[count++] = (struct excess){at, end, is_left_out};
            }
            depth -= counts && tag.is_closing && depth;
            if (!tag.is_closing && is_in(&limits->raw_text, &tag)) end = end_of_raw_text(s, end, tag.name);
            if (end < 0) return end == LEAVE_TO_PYTHON ? LEAVE_TO_PYTHON : count;
        }
        at = find(s, end, '<');
    }
    return count;
}

/* Finds the tags that may exceed the limits, if there are so many tags, or so long ones, that this matters. */
EXPORT int64_t cleaner_excess(const uint8_t *text, int64_t size, const char *raw_text, const char *uncounted,
                              int64_t many_tags, int64_t depth, int64_t options, int64_t long_tag, struct excess *found,
                              int64_t most)
{
    const struct source s = {text, size};
    const struct limits limits = {names_of(raw_text), names_of(uncounted), depth, options, long_tag};
    if (!has_many_tags(s, many_tags) && !has_long_part(s, long_tag)) return 0;
    return find_excess(s, &limits, found, most);
}
