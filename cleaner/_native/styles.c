/* Style sheets: which rules may hide elements that a page has. What they say is judged in Python, so a rule too many
 * does no harm. Text is UTF-8; bytes above ASCII are parts of names. */
#include "styles.h"

#define MAX_DEPTH 20

static int is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c; }
static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int is_of_name(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c) || c == '-' || c == '_' || (unsigned char)c >= 0x80;
}

struct part {
    const char *at;
    size_t size;
};

static struct part stripped(const char *at, size_t size)
{
    while (size && is_space(at[size - 1])) size--;
    while (size && is_space(*at)) {
        at++;
        size--;
    }
    return (struct part){at, size};
}

/* Whether a part begins with a word in small letters, in any case. */
static int begins(struct part part, const char *word)
{
    for (; *word; word++, part.at++, part.size--)
        if (!part.size || lower(*part.at) != *word) return 0;
    return 1;
}

static int is_equal(struct part part, const char *word) { return part.size == strlen(word) && begins(part, word); }

/* --- names --- */

static size_t slot_of(const struct names *names, char sign, const char *at, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (uint8_t)sign;
    for (size_t i = 0; i < size; i++) hash = (hash ^ (uint8_t)at[i]) * UINT64_C(0x100000001b3);
    size_t n = (hash ^ hash >> 29) & (names->room - 1);
    while (names->slots[n].at && (names->slots[n].sign != sign || names->slots[n].size != size ||
                                  memcmp(names->slots[n].at, at, size) != 0))
        n = (n + 1) & (names->room - 1);
    return n;
}

/* Adds a name, which stays where it is. Returns 0, or NO_MEMORY. */
int add_name(struct names *names, char sign, const char *at, size_t size)
{
    if (2 * (names->used + 1) >= names->room) {
        struct names more = {.room = names->room ? 2 * names->room : 512, .used = names->used, .any = names->any};
        more.slots = calloc(more.room, sizeof *more.slots);
        if (!more.slots) return NO_MEMORY;
        for (size_t i = 0; i < names->room; i++) {
            const struct name *one = &names->slots[i];
            if (one->at) more.slots[slot_of(&more, one->sign, one->at, one->size)] = *one;
        }
        free(names->slots);
        *names = more;
    }
    const size_t n = slot_of(names, sign, at, size);
    names->used += !names->slots[n].at;
    names->slots[n] = (struct name){at, size, sign};
    return 0;
}

static int is_known(const struct names *names, char sign, const char *at, size_t size)
{
    return names->any || (names->room && names->slots[slot_of(names, sign, at, size)].at);
}

/* Whether one part of a selector is a tag, an id or classes, or these together, and all names are known. */
static int may_fit(const struct names *names, struct part selector)
{
    size_t i = 0;
    while (i < selector.size && is_of_name(selector.at[i])) i++;
    if (!selector.size || (i && is_digit(*selector.at))) return 0;
    while (i < selector.size) {
        const char sign = selector.at[i++];
        const size_t start = i;
        while (i < selector.size && is_of_name(selector.at[i])) i++;
        if ((sign != '.' && sign != '#') || i == start) return 0;
        if (!is_known(names, sign, selector.at + start, i - start)) return 0;
    }
    return 1;
}

static int may_fit_any(const struct names *names, struct part selector)
{
    for (size_t start = 0, i = 0; i <= selector.size; i++) {
        if (i < selector.size && selector.at[i] != ',') continue;
        if (may_fit(names, stripped(selector.at + start, i - start))) return 1;
        start = i + 1;
    }
    return 0;
}

/* --- declarations --- */

enum { SAYS_NOTHING, HIDES, COLOURS, GROUNDS };

static int is_small(struct part value) /* 0, 1 or a part of it */
{
    return value.size && (*value.at == '0' || *value.at == '.' ||
                          (*value.at == '1' && (value.size == 1 || !is_digit(value.at[1]))));
}

static int may_be_clear(struct part colour)
{
    if (*colour.at == '#') return colour.size == 5 || colour.size == 9;
    return begins(colour, "transparent") || begins(colour, "rgb");
}

static int is_one_of(struct part name, const char *const *words)
{
    for (; *words; words++)
        if (is_equal(name, *words)) return 1;
    return 0;
}

/* What a declaration may do, as far as a look at its beginning says. */
static int meaning(struct part name, struct part value)
{
    static const char *const SIDES[] = {"left", "right", "top", "bottom", "text-indent", "margin-left", "margin-top",
                                        "inset-inline-start", NULL};
    static const char *const SIZES[] = {"width", "height", "max-width", "max-height", "font-size", "opacity", NULL};
    if (!value.size || !name.size) return SAYS_NOTHING;
    switch (lower(*name.at)) { /* most properties are told by their first letter */
    case 'd': return is_equal(name, "display") && begins(value, "none") ? HIDES : SAYS_NOTHING;
    case 'v':
        return is_equal(name, "visibility") && (begins(value, "hidden") || begins(value, "collapse")) ? HIDES
                                                                                                     : SAYS_NOTHING;
    case 'c':
        if (begins(name, "clip")) return HIDES;
        if (is_equal(name, "color")) return may_be_clear(value) ? HIDES : COLOURS;
        return SAYS_NOTHING;
    case 'b':
        if (begins(name, "background")) return GROUNDS;
        break;
    case 'f':
        if (is_equal(name, "font")) return HIDES;
        break;
    case 't':
        if (is_equal(name, "transform")) return HIDES;
        break;
    case 'w': case 'h': case 'm': case 'o': case 'l': case 'r': case 'i': break;
    default: return SAYS_NOTHING;
    }
    if (is_small(value) && is_one_of(name, SIZES)) return HIDES;
    return memchr(value.at, '-', value.size) && is_one_of(name, SIDES) ? HIDES : SAYS_NOTHING;
}

static int may_hide(struct part body, int all_colours)
{
    int colours = 0, grounds = 0;
    for (size_t start = 0, colon = body.size, i = 0; i <= body.size; i++) {
        if (i < body.size && body.at[i] == ':' && colon == body.size) colon = i;
        if (i < body.size && body.at[i] != ';') continue;
        if (colon < i) {
            const struct part name = stripped(body.at + start, colon - start);
            switch (meaning(name, stripped(body.at + colon + 1, i - colon - 1))) {
            case HIDES: return 1;
            case COLOURS: colours = 1; break;
            case GROUNDS: grounds = 1; break;
            default: break;
            }
        }
        start = i + 1;
        colon = body.size;
    }
    return colours && (grounds || all_colours);
}

/* --- sheets --- */

/* Replaces comments by a space and what is in strings by low lines, in place. Returns the size. */
size_t without_comments(char *text, size_t size)
{
    size_t to = 0;
    for (size_t i = 0; i < size;) {
        if (text[i] == '/' && i + 1 < size && text[i + 1] == '*') {
            size_t end = i + 2;
            while (end < size && !(text[end] == '*' && end + 1 < size && text[end + 1] == '/')) end++;
            text[to++] = ' ';
            i = end + 2;
        } else if (text[i] == '"' || text[i] == '\'') {
            const char quote = text[i];
            size_t end = i + 1;
            while (end < size && text[end] != quote && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
            if (end >= size || text[end] != quote) text[to++] = text[i++];
            else {
                text[to++] = quote;
                for (i++; i < end; i++) text[to++] = '_';
                text[to++] = quote;
                i++;
            }
        } else text[to++] = text[i++];
    }
    return to < size ? to : size;
}

/* Whether an at-rule is for every screen, or only a layer. */
static int is_everywhere(struct part head)
{
    if (begins(head, "@layer")) return head.size == 6 || !is_of_name(head.at[6]);
    if (begins(head, "@supports")) return head.size == 9 || !is_of_name(head.at[9]);
    if (!begins(head, "@media") || head.size == 6 || !is_space(head.at[6])) return 0;
    struct part rest = stripped(head.at + 6, head.size - 6);
    if (begins(rest, "only") && rest.size > 4 && is_space(rest.at[4])) rest = stripped(rest.at + 4, rest.size - 4);
    return is_equal(rest, "screen") || is_equal(rest, "all");
}

struct block {
    struct part head;
    size_t body;
    int applies, is_group, has_blocks;
};

static int end_block(const struct block *block, const char *text, size_t end, int all_colours,
                     const struct names *names, rule_found *found, void *context)
{
    const struct part body = {text + block->body, end - block->body};
    if (block->is_group || block->has_blocks || !may_fit_any(names, block->head) || !may_hide(body, all_colours))
        return 0;
    return found(context, block->head.at, block->head.size, body.at, body.size, block->applies);
}

/* Calls found for each rule that may hide an element with known names, until it returns something else than 0. */
int find_rules(const char *text, size_t size, int all_colours, const struct names *names, rule_found *found,
               void *context)
{
    struct block blocks[MAX_DEPTH];
    size_t depth = 0, start = 0;
    for (size_t i = 0; i < size; i++) {
        const char c = text[i];
        if (c != '{' && c != '}' && c != ';') continue;
        if (c == '{') {
            if (depth == MAX_DEPTH) return 0;
            struct block *around = depth ? &blocks[depth - 1] : NULL;
            const struct part head = stripped(text + start, i - start);
            const int applies = !around || (around->applies && around->is_group && is_everywhere(around->head));
            if (around) around->has_blocks = 1;
            blocks[depth++] = (struct block){head, i + 1, applies, head.size && *head.at == '@', 0};
        } else if (c == '}' && depth) {
            const int failed = end_block(&blocks[--depth], text, i, all_colours, names, found, context);
            if (failed) return failed;
        }
        start = i + 1;
    }
    return depth ? end_block(&blocks[depth - 1], text, size, all_colours, names, found, context) : 0;
}
