/* The lines and elements of a page, from the tree of lexbor: cleaner/segment/html.py and line_writer.py.
 *
 * The tree is only read, and only through functions that selectolax exports; the caller looks them up by name. Where a
 * page has what is rare (shadow roots, text that is not valid UTF-8), Python does the work. */
#include "styles.h"

enum { SPACE = 1, LOWER = 2, UPPER = 4, JOINED = 8, SENTENCE_END = 16, CLOSER = 32, COLON = 64 }; /* characters */
enum { NO_TEXT = 1, FORMAT = 2, LABEL = 4, SPACES = 8, RAW = 16, LINK = 32, SPECIAL = 64, OL = 128,
       TEMPLATE = 256, NOSCRIPT = 512 }; /* elements */
enum { NO_STEP, BR, TR, CELL, TABLE, BUTTON };
enum { PLAIN = 0, ITEM = 2, STEP = 3, CELL_KIND = 5, CAPTION = 6, CODE = 7, NO_KIND = 255 }; /* as in Kind */

#define LINE_BREAK 1
#define PARAGRAPH 2
#define ENDS_ROW 4
#define MAX_DEPTH 256
#define MIN_PARAGRAPH 40
#define MIN_JOINED 15
#define PAGES 0x1100
#define MAX_UNKNOWN_TAGS 256 /* they are searched one by one */
#define ELEMENT_NODE 1
#define TEXT_NODE 3

#define LEAVE_TO_PYTHON (-3)
#define UNKNOWN_CHARACTERS (-4)

struct dom { /* functions of lexbor; nodes, elements and attributes are opaque */
    void *(*next)(void *), *(*prev)(void *), *(*first_child)(void *);
    uintptr_t (*tag_id)(void *);
    int (*type)(void *);
    const uint8_t *(*text)(void *, size_t *);
    void *(*first_attribute)(void *), *(*next_attribute)(void *);
    const uint8_t *(*attribute_name)(void *, size_t *), *(*attribute_value)(void *, size_t *);
    const uint8_t *(*name)(void *, size_t *);
};

struct tag_class {
    uint16_t flags;
    uint8_t breaks, step, kind, is_known;
};

/* The arguments, by the caller: cleaner/segment/native_page.py. */
struct walk {
    const struct dom *dom;
    void *root;
    const struct tag_class *classes; /* by the number of the tag */
    int64_t class_count, text_id, style_id, link_id, with_noscript, max_sheet, max_sheets;
    const char *other_names; /* those that mean something and have no number, each with its null character */
    const struct tag_class *other_classes;
    int64_t other_count;
    const char *binding; /* sorted: how attributes begin by which something shows an element, after the size of each */
    const uint8_t *characters, *known_pages;
    int32_t *unknown_pages; /* written: the pages of characters whose classes are needed */
    int64_t unknown_count;
};

struct buffer {
    char *data;
    size_t used, room;
};

/* The result; the caller frees it with cleaner_page_free. Of each start tag as it is written there are its number, or
 * -1 - n for the unknown name n; flags; and strings, each with its null character: the values of class and id, and if
 * there are others that are read, of all but the last. Flags are bits for the attributes that are there, as many for those with a value, and one
 * for an attribute by which something shows the element. Elements that are only a format have no number; formats has
 * the tags of those with attributes and text, each followed by the element around it. sheets has the style sheets in
 * the page; rules has those of their rules that may hide text: selector and declarations, each with its null character;
 * applies has a byte for each. */
struct page {
    struct buffer text, kinds, elements, links, parents, ends, tag_of, tag_numbers, tag_flags, strings, names, formats,
        sheets, rules, applies;
    int64_t is_alone; /* no other style sheet is linked */
};

struct opened {
    void *node;
    struct tag_class class;
    int64_t class_number;
    int breaks, is_link, is_raw;
    int32_t number;
};

struct unknown_tag {
    uintptr_t id;
    struct tag_class class;
};

struct slot {
    uint64_t hash;
    int64_t strings; /* where they begin */
    int32_t tag;     /* plus one */
};

struct walker {
    struct walk *w;
    const struct dom *dom;
    struct page *page;
    int failed; /* why, or 0 */
    uint8_t wanted[PAGES], is_read[0x100]; /* the second: with which bytes attributes begin that are read */
    const char *binding[0x100];            /* the first of the list that begins so, its size before it */
    struct buffer stack, unknown_tags, pieces, cells, line, decoded, kind_of, is_ol, slots;
    size_t last_piece, piece_count; /* where the last piece begins */
    int32_t elements;
    int64_t rows, cell_count, filled_cells, flushed, row, cell, tag_count, unknown_count;
    int32_t owner;
    int64_t link_chars;
    int is_raw, gap, due, closed, touching;
};

EXPORT int64_t cleaner_walk_size(void) { return (int64_t)sizeof(struct walk); }

static void *grow(struct walker *k, struct buffer *b, size_t more)
{
    if (b->room - b->used < more) {
        size_t room = b->room ? b->room : 256;
        while (room - b->used < more) room *= 2;
        char *data = realloc(b->data, room);
        if (!data) {
            k->failed = NO_MEMORY;
            return NULL;
        }
        b->data = data;
        b->room = room;
    }
    void *at = b->data + b->used;
    b->used += more;
    return at;
}

static void append(struct walker *k, struct buffer *b, const void *data, size_t size)
{
    void *at = grow(k, b, size);
    if (at && size) memcpy(at, data, size);
}

#define APPEND(k, b, type, value) \
    do { \
        const type value_ = (value); \
        append((k), (b), &value_, sizeof value_); \
    } while (0)

struct codes {
    const uint32_t *at;
    size_t count;
};

static inline struct codes codes_in(const struct buffer *b)
{
    return (struct codes){(const uint32_t *)(const void *)b->data, b->used / sizeof(uint32_t)};
}

static inline unsigned class_of(const struct walker *k, uint32_t code) { return k->w->characters[code]; }

/* Decodes UTF-8; what is not valid fails, as do characters whose classes are not known. */
static struct codes decode(struct walker *k, const uint8_t *text, size_t size)
{
    k->decoded.used = 0;
    uint32_t *to = grow(k, &k->decoded, (size + 1) * sizeof *to);
    if (!to) return (struct codes){NULL, 0};
    size_t count = 0;
    for (size_t i = 0; i < size;) {
        const uint8_t first = text[i];
        uint32_t code = first;
        const int more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
        if (more < 0 || size - i <= (size_t)more) {
            k->failed = LEAVE_TO_PYTHON;
            break;
        }
        if (more) code = first & (0x3fu >> more);
        for (int m = 1; m <= more; m++) {
            if ((text[i + (size_t)m] & 0xc0) != 0x80) k->failed = LEAVE_TO_PYTHON;
            code = code << 6 | (text[i + (size_t)m] & 0x3f);
        }
        if ((more == 2 && code < 0x800) || (more == 3 && code < 0x10000) || code > 0x10ffff ||
            (code >= 0xd800 && code < 0xe000))
            k->failed = LEAVE_TO_PYTHON;
        if (k->failed == LEAVE_TO_PYTHON) break;
        if (!k->w->known_pages[code >> 8]) {
            k->wanted[code >> 8] = 1;
            if (!k->failed) k->failed = UNKNOWN_CHARACTERS;
        }
        to[count++] = code;
        i += (size_t)more + 1;
    }
    return (struct codes){to, k->failed == LEAVE_TO_PYTHON ? 0 : count};
}

/* The text of a node, which is not empty. */
static struct codes text_of(struct walker *k, void *node)
{
    size_t size = 0;
    const uint8_t *text = k->dom->type(node) == TEXT_NODE ? k->dom->text(node, &size) : NULL;
    if (!text || !size) {
        k->failed = LEAVE_TO_PYTHON;
        return (struct codes){NULL, 0};
    }
    return decode(k, text, size);
}

static int is_space(const struct walker *k, struct codes text)
{
    for (size_t i = 0; i < text.count; i++)
        if (!(class_of(k, text.at[i]) & SPACE)) return 0;
    return text.count > 0;
}

static struct codes stripped(const struct walker *k, struct codes text)
{
    while (text.count && class_of(k, text.at[text.count - 1]) & SPACE) text.count--;
    while (text.count && class_of(k, *text.at) & SPACE) {
        text.at++;
        text.count--;
    }
    return text;
}

/* --- lines --- */

static void add_piece(struct walker *k, const uint32_t *codes, size_t count)
{
    k->last_piece = k->pieces.used / sizeof *codes;
    k->piece_count++;
    append(k, &k->pieces, codes, count * sizeof *codes);
}

static void add_space(struct walker *k)
{
    const uint32_t space = ' ';
    add_piece(k, &space, 1);
}

static void clear_pieces(struct walker *k)
{
    k->pieces.used = k->piece_count = k->last_piece = 0;
    k->is_raw = 0;
}

/* Appends the pieces to a buffer as they are shown: raw, or with single spaces. Returns the number of characters. */
static size_t add_written(struct walker *k, struct buffer *to)
{
    struct codes text = codes_in(&k->pieces);
    const size_t before = to->used;
    if (k->is_raw) {
        while (text.count && class_of(k, text.at[text.count - 1]) & SPACE) text.count--;
        append(k, to, text.at, text.count * sizeof *text.at);
        return text.count;
    }
    uint32_t *out = grow(k, to, text.count * sizeof *out);
    if (!out) return 0;
    size_t count = 0;
    int gap = 0;
    for (size_t i = 0; i < text.count; i++) {
        if (class_of(k, text.at[i]) & SPACE) {
            gap = count > 0;
            continue;
        }
        if (gap) out[count++] = ' ';
        gap = 0;
        out[count++] = text.at[i];
    }
    to->used = before + count * sizeof *out;
    return count;
}

static void add_row(struct walker *k, uint8_t kind, int32_t element, int64_t links, const struct buffer *line)
{
    if (line) append(k, &k->page->text, line->data, line->used);
    APPEND(k, &k->page->text, uint32_t, '\n');
    APPEND(k, &k->page->kinds, uint8_t, kind);
    APPEND(k, &k->page->elements, int32_t, element);
    APPEND(k, &k->page->links, int32_t, (int32_t)links);
    k->rows++;
}

static void flush(struct walker *k)
{
    const uint32_t tab = '\t';
    int is_row = 0;
    k->line.used = 0;
    if (k->cell_count) append(k, &k->line, k->cells.data, k->cells.used); /* a tab follows each cell */
    const size_t last = k->piece_count ? add_written(k, &k->line) : 0;
    if (k->cell_count) {
        is_row = k->filled_cells + (last > 0) > 1;
        while (k->line.used && !memcmp(k->line.data + k->line.used - sizeof tab, &tab, sizeof tab))
            k->line.used -= sizeof tab;
        k->cells.used = 0;
        k->cell_count = k->filled_cells = 0;
    }
    clear_pieces(k);
    if (!k->line.used || is_space(k, codes_in(&k->line))) return;
    if (k->owner < 0) {
        k->failed = LEAVE_TO_PYTHON;
        return;
    }
    if (k->gap == PARAGRAPH && k->rows) add_row(k, PLAIN, 0, 0, NULL);
    add_row(k, is_row ? CELL_KIND : (uint8_t)k->kind_of.data[k->owner], k->owner, k->link_chars, &k->line);
    k->flushed++;
    k->gap = 0;
    k->owner = -1;
    k->link_chars = 0;
}

static inline int larger(int a, int b) { return a > b ? a : b; }

static void begin(struct walker *k)
{
    if (k->row == k->flushed && !k->piece_count) {
        k->due = 0;
        return;
    }
    flush(k);
    k->gap = larger(k->due, k->gap);
    k->due = 0;
}

static void begin_row(struct walker *k)
{
    flush(k);
    k->gap = larger(larger(k->due, k->gap), LINE_BREAK);
    k->due = 0;
    k->row = k->flushed;
    k->cell = 0;
}

static void begin_cell(struct walker *k)
{
    if (k->row != k->flushed) k->due = larger(k->due, LINE_BREAK);
    else {
        if (k->cell) {
            k->filled_cells += add_written(k, &k->cells) > 0;
            APPEND(k, &k->cells, uint32_t, '\t');
            k->cell_count++;
            clear_pieces(k);
        }
        k->due = 0;
    }
    k->cell++;
}

static void enter_inline(struct walker *k, const struct tag_class *found)
{
    if (k->closed) k->touching = 1;
    if (k->piece_count && (found->flags & SPACES || (found->flags & LABEL && k->closed))) add_space(k);
}

static void end_row(struct walker *k, int breaks)
{
    if (k->row == k->flushed) k->due = breaks;
    k->row = -1;
    k->due = larger(k->due, breaks);
}

static void leave(struct walker *k, int breaks)
{
    k->closed = k->touching = 0;
    if (breaks > ENDS_ROW) end_row(k, breaks - ENDS_ROW);
    else k->due = larger(k->due, breaks);
}

static int is_long(const struct walker *k, struct codes text)
{
    if (!text.count) return 0;
    return text.count >= (class_of(k, text.at[text.count / 2]) & JOINED ? MIN_JOINED : MIN_PARAGRAPH);
}

static int are_paragraphs(const struct walker *k, struct codes before, struct codes after)
{
    if (!(is_long(k, before) && is_long(k, after)) || class_of(k, after.at[0]) & LOWER) return 0;
    while (before.count && class_of(k, before.at[before.count - 1]) & SPACE) before.count--;
    while (before.count && class_of(k, before.at[before.count - 1]) & CLOSER) before.count--;
    return !before.count || class_of(k, before.at[before.count - 1]) & SENTENCE_END;
}

static int is_seam(const struct walker *k, struct codes before, struct codes after)
{
    return before.count > 1 && after.count > 1 && class_of(k, before.at[before.count - 1]) & LOWER &&
           class_of(k, after.at[0]) & UPPER && class_of(k, after.at[1]) & LOWER;
}

static int32_t common(const struct walker *k, int32_t a, int32_t b)
{
    const int32_t *parents = (const int32_t *)(const void *)k->page->parents.data;
    while (a != b) {
        if (a > b) a = parents[a];
        else b = parents[b];
    }
    return a;
}

static void write_text(struct walker *k, struct codes text, int32_t element, int is_link)
{
    if (k->due) begin(k);
    else if (k->touching && k->piece_count) {
        struct codes last = codes_in(&k->pieces);
        last.at += k->last_piece;
        last.count -= k->last_piece;
        if (are_paragraphs(k, last, text)) {
            k->due = PARAGRAPH;
            begin(k);
        } else if (is_seam(k, last, text)) add_space(k);
    }
    add_piece(k, text.at, text.count);
    k->closed = k->touching = 0;
    if (is_link) k->link_chars += (int64_t)stripped(k, text).count;
    if (k->owner != element) k->owner = k->owner < 0 ? element : common(k, k->owner, element);
}

static void write_raw(struct walker *k, struct codes text, int32_t element, int is_link)
{
    size_t start = 0;
    for (size_t i = 0; i <= text.count; i++) {
        if (i < text.count && !is_line_end(text.at[i])) continue;
        if (i > start) {
            write_text(k, (struct codes){text.at + start, i - start}, element, is_link);
            k->is_raw = 1;
        }
        if (i == text.count) return;
        k->due = k->due + 1 < PARAGRAPH ? k->due + 1 : PARAGRAPH;
        if (text.at[i] == '\r' && i + 1 < text.count && text.at[i + 1] == '\n') i++;
        start = i + 1;
    }
}

/* --- elements --- */

static int is_named(const uint8_t *name, size_t size, const char *wanted)
{
    return size == strlen(wanted) && !memcmp(name, wanted, size);
}

/* The class of an element by its tag, and the number of the tag: -1 - n for the unknown name n. */
static struct tag_class class_of_node(struct walker *k, void *node, int64_t *number)
{
    const uintptr_t id = k->dom->tag_id(node);
    if (id < (uintptr_t)k->w->class_count && k->w->classes[id].is_known) {
        *number = (int64_t)id;
        return k->w->classes[id];
    }
    const struct unknown_tag *unknown = (const struct unknown_tag *)(const void *)k->unknown_tags.data;
    for (int64_t n = 0; n < k->unknown_count; n++)
        if (unknown[n].id == id) {
            *number = -1 - n;
            return unknown[n].class;
        }
    size_t size = 0;
    const uint8_t *name = k->dom->name(node, &size);
    struct unknown_tag new = {.id = id, .class = {.kind = NO_KIND}};
    if (!name || !size || k->unknown_count >= MAX_UNKNOWN_TAGS) k->failed = LEAVE_TO_PYTHON;
    else {
        const char *other = k->w->other_names;
        for (int64_t n = 0; n < k->w->other_count; n++, other += strlen(other) + 1)
            if (is_named(name, size, other)) new.class = k->w->other_classes[n];
        if (name[0] == '-') new.class.flags |= NO_TEXT;
        if (size > 1 && memchr(name + 1, '-', size - 1)) new.class.flags |= SPECIAL;
        append(k, &k->page->names, name, size);
    }
    APPEND(k, &k->page->names, uint8_t, 0);
    append(k, &k->unknown_tags, &new, sizeof new);
    *number = -1 - k->unknown_count++;
    return new.class;
}

enum { IS_CLASS, IS_ID, IS_ROLE, IS_STYLE, IS_COLOR, IS_BGCOLOR, IS_HIDDEN, IS_ARIA_HIDDEN, IS_OPEN, HAS_VALUE };
#define IS_BOUND (2 * HAS_VALUE)
struct attribute {
    const uint8_t *at;
    size_t size;
};

static uint64_t hashed(uint64_t hash, const char *data, size_t size)
{
    hash ^= UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i += sizeof hash) {
        uint64_t part = 0;
        memcpy(&part, data + i, size - i < sizeof part ? size - i : sizeof part);
        hash = (hash ^ part) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return hash;
}

static void grow_slots(struct walker *k)
{
    const size_t old = k->slots.used / sizeof(struct slot), size = old ? 2 * old : 512;
    struct slot *before = (struct slot *)(void *)k->slots.data;
    k->slots = (struct buffer){0};
    struct slot *slots = grow(k, &k->slots, size * sizeof *slots);
    if (slots) {
        memset(slots, 0, size * sizeof *slots);
        for (size_t i = 0; i < old; i++) {
            if (!before[i].tag) continue;
            size_t at = before[i].hash & (size - 1);
            while (slots[at].tag) at = (at + 1) & (size - 1);
            slots[at] = before[i];
        }
    }
    free(before);
}

static int is_binding(const struct walker *k, const uint8_t *name, size_t size)
{
    for (const char *one = k->binding[*name]; one && *one && *name == (uint8_t)one[1]; one += *one + 1)
        if (size >= (size_t)*one && !memcmp(name, one + 1, (size_t)*one)) return 1;
    return 0;
}

/* How many strings a start tag has: all but the last, or class and id if there is nothing else. */
static int strings_for(int64_t flags)
{
    return flags & ((INT64_C(1) << HAS_VALUE) - (INT64_C(1) << IS_ROLE)) ? IS_OPEN : IS_ROLE;
}

/* The number of the start tag of an element: equal ones, as they are written, share it. */
static int32_t tag_of(struct walker *k, void *node, int64_t number)
{
    static const char *const NAMES[] = {"class", "id",     "role",        "style", "color",
                                        "bgcolor", "hidden", "aria-hidden", "open"};
    struct attribute found[HAS_VALUE] = {{NULL, 0}};
    int64_t flags = 0;
    for (void *attribute = k->dom->first_attribute(node); attribute; attribute = k->dom->next_attribute(attribute)) {
        size_t size = 0, value_size = 0;
        const uint8_t *name = k->dom->attribute_name(attribute, &size);
        if (!name || !size) continue;
        if (is_binding(k, name, size)) flags |= INT64_C(1) << IS_BOUND;
        if (!k->is_read[*name]) continue;
        for (int n = 0; n < HAS_VALUE; n++) {
            if (*name != (uint8_t)*NAMES[n] || !is_named(name, size, NAMES[n])) continue;
            const uint8_t *value = k->dom->attribute_value(attribute, &value_size);
            flags &= ~(INT64_C(1) << (HAS_VALUE + n));
            flags |= INT64_C(1) << n | (int64_t)(value != NULL) << (HAS_VALUE + n);
            found[n] = (struct attribute){value, value ? value_size : 0};
        }
    }
    struct buffer *strings = &k->page->strings;
    const size_t before = strings->used;
    const int strings_of_tag = strings_for(flags);
    for (int n = 0; n < strings_of_tag; n++) {
        if (found[n].size && memchr(found[n].at, 0, found[n].size)) k->failed = LEAVE_TO_PYTHON;
        append(k, strings, found[n].at, found[n].size);
        APPEND(k, strings, char, 0);
    }
    if (2 * (size_t)k->tag_count >= k->slots.used / sizeof(struct slot)) grow_slots(k);
    if (k->failed == NO_MEMORY) return 0;
    const size_t size = strings->used - before;
    const uint64_t hash = hashed((uint64_t)number << 16 ^ (uint64_t)flags, strings->data + before, size);
    struct slot *slots = (struct slot *)(void *)k->slots.data;
    const size_t mask = k->slots.used / sizeof *slots - 1;
    size_t at = hash & mask;
    for (; slots[at].tag; at = (at + 1) & mask) {
        const struct slot *slot = &slots[at];
        if (slot->hash != hash || ((int32_t *)(void *)k->page->tag_numbers.data)[slot->tag - 1] != number ||
            ((int32_t *)(void *)k->page->tag_flags.data)[slot->tag - 1] != flags ||
            before - (size_t)slot->strings < size || memcmp(strings->data + slot->strings, strings->data + before, size))
            continue;
        strings->used = before;
        return slot->tag - 1;
    }
    APPEND(k, &k->page->tag_numbers, int32_t, (int32_t)number);
    APPEND(k, &k->page->tag_flags, int32_t, (int32_t)flags);
    slots[at] = (struct slot){hash, (int64_t)before, (int32_t)++k->tag_count};
    return (int32_t)k->tag_count - 1;
}

static int has_attribute(const struct walker *k, void *node, const char *wanted)
{
    for (void *attribute = k->dom->first_attribute(node); attribute; attribute = k->dom->next_attribute(attribute)) {
        size_t size = 0;
        const uint8_t *name = k->dom->attribute_name(attribute, &size);
        if (name && is_named(name, size, wanted)) return 1;
    }
    return 0;
}

/* Records an element. Returns its number. */
static int32_t record(struct walker *k, const struct opened *opened, int32_t parent)
{
    APPEND(k, &k->page->parents, int32_t, parent);
    APPEND(k, &k->page->tag_of, int32_t, tag_of(k, opened->node, opened->class_number));
    APPEND(k, &k->page->ends, int32_t, 0);
    if (k->failed == NO_MEMORY) return 0;
    const uint8_t outer = parent >= 0 ? (uint8_t)k->kind_of.data[parent] : PLAIN;
    uint8_t kind = opened->class.kind;
    if (kind == NO_KIND || outer == CODE || outer == CAPTION) kind = outer;
    else if (kind == ITEM && parent >= 0 && k->is_ol.data[parent]) kind = STEP;
    APPEND(k, &k->kind_of, uint8_t, kind);
    APPEND(k, &k->is_ol, uint8_t, (opened->class.flags & OL) != 0);
    return k->elements++;
}

static struct opened *stack_of(const struct walker *k) { return (struct opened *)(void *)k->stack.data; }
static size_t depth_of(const struct walker *k) { return k->stack.used / sizeof(struct opened); }

/* Records the open elements that have no number yet. Returns the number of the innermost. */
static int32_t record_all(struct walker *k)
{
    struct opened *stack = stack_of(k);
    const size_t size = depth_of(k);
    size_t first = size - 1;
    if (stack[first].number >= 0) return stack[first].number;
    while (stack[first - 1].number < 0) first--;
    int32_t number = stack[first - 1].number;
    for (size_t depth = first; depth < size && k->failed != NO_MEMORY; depth++) {
        if (stack[depth].class.flags & FORMAT) {
            if (k->dom->first_attribute(stack[depth].node)) {
                APPEND(k, &k->page->formats, int32_t, tag_of(k, stack[depth].node, stack[depth].class_number));
                APPEND(k, &k->page->formats, int32_t, number);
            }
        } else if (depth < MAX_DEPTH) number = record(k, &stack[depth], number);
        stack[depth].number = number;
    }
    return number;
}

static int is_filled_text(struct walker *k, void *node, struct codes *text)
{
    if (!node || k->dom->tag_id(node) != (uintptr_t)k->w->text_id) return 0;
    *text = text_of(k, node);
    return !is_space(k, *text);
}

static int is_word(struct walker *k, void *node)
{
    struct codes text;
    if (!k->dom->prev(node) || !k->dom->next(node)) return 0;
    if (!is_filled_text(k, k->dom->prev(node), &text)) return 0;
    text = stripped(k, text);
    const unsigned above = text.count ? class_of(k, text.at[text.count - 1]) : 0;
    if (!is_filled_text(k, k->dom->next(node), &text)) return 0;
    text = stripped(k, text);
    return text.count && !(above & (SENTENCE_END | COLON)) && !(class_of(k, text.at[0]) & UPPER);
}

static int stands_alone(struct walker *k, void *node)
{
    struct codes text;
    return !is_filled_text(k, k->dom->prev(node), &text) && !is_filled_text(k, k->dom->next(node), &text);
}

static int enter_special(struct walker *k, void *node, const struct tag_class *found)
{
    if (found->step == BUTTON && is_word(k, node)) {
        if (k->closed) enter_inline(k, found);
        return 0;
    }
    k->closed = k->touching = 0;
    switch (found->step) {
    case BR: k->due = k->due + 1 < PARAGRAPH ? k->due + 1 : PARAGRAPH; return 0;
    case CELL: begin_cell(k); return 0;
    case TR: begin_row(k); return found->breaks + ENDS_ROW;
    case TABLE:
        k->row = -1;
        k->due = larger(k->due, found->breaks);
        return found->breaks + ENDS_ROW;
    case BUTTON: k->due = larger(found->breaks, k->due); return found->breaks;
    default: break;
    }
    if (!stands_alone(k, node)) return 0;
    k->due = larger(k->due, LINE_BREAK);
    return LINE_BREAK;
}

static void read_text(struct walker *k, void *node)
{
    const struct opened *top = stack_of(k) + depth_of(k) - 1;
    const struct codes text = text_of(k, node);
    if (k->failed && k->failed != UNKNOWN_CHARACTERS) return;
    const int is_link = top->is_link;
    if (top->is_raw) write_raw(k, text, record_all(k), is_link);
    else if (!is_space(k, text)) write_text(k, text, record_all(k), is_link);
    else if (!k->due && k->piece_count) {
        add_space(k);
        k->closed = k->touching = 0;
    }
}

/* --- style sheets --- */

/* The value of an attribute, with its size; NULL if there is none. */
static const uint8_t *value_of(const struct walker *k, void *node, const char *wanted, size_t *size)
{
    for (void *attribute = k->dom->first_attribute(node); attribute; attribute = k->dom->next_attribute(attribute)) {
        const uint8_t *name = k->dom->attribute_name(attribute, size);
        if (name && is_named(name, *size, wanted)) return k->dom->attribute_value(attribute, size);
    }
    return NULL;
}

/* Whether a value contains a word in small letters, in any case. */
static int contains(const uint8_t *value, size_t size, const char *word)
{
    const size_t length = strlen(word);
    for (size_t i = 0; value && i + length <= size; i++) {
        size_t n = 0;
        while (n < length && (value[i + n] | 0x20) == (uint8_t)word[n]) n++;
        if (n == length) return 1;
    }
    return 0;
}

/* Reads an element that may be a style sheet, or a link to one. */
static void read_sheet(struct walker *k, void *node)
{
    const uintptr_t id = k->dom->tag_id(node);
    size_t size = 0;
    if (id == (uintptr_t)k->w->link_id) {
        const uint8_t *rel = value_of(k, node, "rel", &size);
        if (contains(rel, size, "stylesheet")) k->page->is_alone = 0;
    }
    void *child = id == (uintptr_t)k->w->style_id ? k->dom->first_child(node) : NULL;
    if (!child || k->dom->type(child) != TEXT_NODE) return;
    const uint8_t *media = value_of(k, node, "media", &size);
    if (media && size && !contains(media, size, "all") && !contains(media, size, "screen")) return;
    if (media && memchr(media, '(', size)) return;
    const uint8_t *text = k->dom->text(child, &size);
    struct buffer *sheets = &k->page->sheets;
    if (!text || (int64_t)size > k->w->max_sheet || (int64_t)(sheets->used + size) > k->w->max_sheets) return;
    append(k, sheets, text, size);
    APPEND(k, sheets, char, '\n');
}

static int add_rule(void *context, const char *selector, size_t selector_size, const char *body, size_t body_size,
                    int applies)
{
    struct walker *k = context;
    append(k, &k->page->rules, selector, selector_size);
    APPEND(k, &k->page->rules, char, 0);
    append(k, &k->page->rules, body, body_size);
    APPEND(k, &k->page->rules, char, 0);
    APPEND(k, &k->page->applies, uint8_t, (uint8_t)applies);
    return k->failed == NO_MEMORY ? NO_MEMORY : 0;
}

/* The names of the start tags: classes and ids. */
static int add_names(const struct walker *k, struct names *names)
{
    const char *at = k->page->strings.data;
    const int32_t *flags = (const int32_t *)(const void *)k->page->tag_flags.data;
    for (int64_t n = 0; n < k->tag_count; n++) {
        for (size_t i = 0, start = 0; at; i++) {
            const unsigned char c = (unsigned char)at[i];
            if (c >= 0x80 || (c && c < ' ' && !(c >= '\t' && c <= '\r' && c != 0x0b)) || c == 0x0b) names->any = 1;
            if (c > ' ') continue;
            if (i > start && add_name(names, '.', at + start, i - start)) return NO_MEMORY;
            start = i + 1;
            if (!c) {
                at += i + 1;
                break;
            }
        }
        const size_t size = strlen(at);
        if (size && add_name(names, '#', at, size)) return NO_MEMORY;
        at += size + 1;
        for (int skipped = strings_for(flags[n]); skipped > IS_ROLE; skipped--) at += strlen(at) + 1;
    }
    return 0;
}

/* Reads the style sheets in the head. */
static void read_head(struct walker *k)
{
    for (void *head = k->dom->prev(k->w->root); head; head = k->dom->prev(head)) {
        if (k->dom->type(head) != ELEMENT_NODE) continue;
        for (void *node = k->dom->first_child(head); node; node = k->dom->next(node))
            if (k->dom->type(node) == ELEMENT_NODE) read_sheet(k, node);
    }
}

/* Finds the rules of all style sheets. */
static void find_styles(struct walker *k)
{
    struct buffer *sheets = &k->page->sheets;
    if (!sheets->used || k->failed) return;
    struct names names = {0};
    if (memchr(sheets->data, 0, sheets->used)) k->failed = LEAVE_TO_PYTHON;
    sheets->used = without_comments(sheets->data, sheets->used);
    if (add_names(k, &names) || find_rules(sheets->data, sheets->used, (int)k->page->is_alone, &names, add_rule, k))
        k->failed = NO_MEMORY;
    free(names.slots);
}

/* Reads an element before its children. Returns its first child if that is to be read, else NULL. */
static void *read_element(struct walker *k, void *node)
{
    if (k->dom->type(node) != ELEMENT_NODE) return NULL;
    int64_t number;
    const struct tag_class found = class_of_node(k, node, &number);
    void *child = k->dom->first_child(node);
    if (found.flags & NO_TEXT) {
        read_sheet(k, node);
        if (found.flags & TEMPLATE && has_attribute(k, node, "shadowrootmode")) k->failed = LEAVE_TO_PYTHON;
        if (!(found.flags & NOSCRIPT && k->w->with_noscript) || !child) return NULL;
    }
    int breaks = found.breaks;
    if (found.flags & SPECIAL) breaks = enter_special(k, node, &found);
    else if (breaks) {
        k->closed = k->touching = 0;
        k->due = larger(breaks, k->due);
    } else if (k->closed || found.flags & SPACES) enter_inline(k, &found);
    if (!child) {
        if (breaks) leave(k, breaks);
        else if (!found.step) k->closed = 1;
        return NULL;
    }
    const struct opened *top = stack_of(k) + depth_of(k) - 1;
    int is_link = top->is_link;
    if (found.flags & LINK && !is_link) is_link = has_attribute(k, node, "href");
    const struct opened new = {node, found, number, breaks, is_link, top->is_raw || found.flags & RAW, -1};
    append(k, &k->stack, &new, sizeof new);
    return child;
}

static void walk(struct walker *k)
{
    struct opened root = {.node = k->w->root};
    root.class = class_of_node(k, root.node, &root.class_number);
    root.number = record(k, &root, -1);
    append(k, &k->stack, &root, sizeof root);
    void *node = k->dom->first_child(root.node);
    while (!k->failed || k->failed == UNKNOWN_CHARACTERS) {
        while (!node) {
            const struct opened top = stack_of(k)[depth_of(k) - 1];
            k->stack.used -= sizeof top;
            if (top.number >= 0) ((int32_t *)(void *)k->page->ends.data)[top.number] = k->elements;
            if (!k->stack.used) {
                flush(k);
                return;
            }
            node = k->dom->next(top.node);
            if (!top.breaks) k->closed = 1;
            else leave(k, top.breaks);
        }
        if (k->dom->tag_id(node) == (uintptr_t)k->w->text_id) {
            read_text(k, node);
            node = k->dom->next(node);
        } else {
            void *child = read_element(k, node);
            node = child ? child : k->dom->next(node);
        }
    }
}

EXPORT void cleaner_page_free(struct page *page)
{
    if (!page) return;
    struct buffer *buffers = &page->text;
    for (size_t i = 0; i < offsetof(struct page, is_alone) / sizeof *buffers; i++) free(buffers[i].data);
    free(page);
}

/* Reads the page below w->root. Returns 0 and sets *found, or a negative number: NO_MEMORY, LEAVE_TO_PYTHON, or
 * UNKNOWN_CHARACTERS with the pages of characters that the caller must find out first. */
EXPORT int64_t cleaner_walk(struct walk *w, struct page **found)
{
    struct walker *k = calloc(1, sizeof *k);
    struct page *page = calloc(1, sizeof *page);
    int failed = NO_MEMORY;
    w->unknown_count = 0;
    if (k && page) {
        k->w = w;
        k->dom = w->dom;
        k->page = page;
        k->owner = -1;
        k->row = -1;
        for (const char *one = w->binding; *one; one += *one + 1)
            if (!k->binding[(uint8_t)one[1]]) k->binding[(uint8_t)one[1]] = one;
        for (const char *one = "cirsbhao"; *one; one++) k->is_read[(uint8_t)*one] = 1;
        page->is_alone = 1;
        read_head(k);
        walk(k);
        if (!k->failed) find_styles(k);
        failed = k->failed;
        for (int n = 0; n < PAGES && failed == UNKNOWN_CHARACTERS; n++)
            if (k->wanted[n]) w->unknown_pages[w->unknown_count++] = n;
        struct buffer *const held[] = {&k->stack, &k->unknown_tags, &k->pieces, &k->cells,
                                       &k->line, &k->decoded, &k->kind_of, &k->is_ol, &k->slots};
        for (size_t i = 0; i < sizeof held / sizeof *held; i++) free(held[i]->data);
    }
    free(k);
    if (failed) {
        cleaner_page_free(page);
        page = NULL;
    }
    *found = page;
    return failed;
}
