/* The features of the blocks of a document: cleaner/scorer/table.py and the modules it calls, in one pass.
 *
 * Logarithms stay with numpy, whose vector code rounds in its own way: where a feature is one, its argument is written.
 * All sums are added in the order in which numpy adds them. */
#include "table.h"

#define MIN_PROSE_OF_PAGE 60
#define SHORT_WORDS 6
#define LONG_WORDS 40
#define FAR 200
#define NOWHERE 9999

static const struct { const char *name; char form; } COLUMNS[] = {
#define NAME(id, name, form) {name, form},
    COLUMN_LIST(NAME)
#undef NAME
};

static const char *const GROUPS[] = {
#define NAME(id, name) name,
    GROUP_LIST(NAME)
#undef NAME
};

/* The name of a column or a group, or NULL after the last; the form of a column. */
EXPORT const char *cleaner_column(int64_t i) { return i >= 0 && i < COLUMN_COUNT ? COLUMNS[i].name : NULL; }
EXPORT int64_t cleaner_column_form(int64_t i) { return i >= 0 && i < COLUMN_COUNT ? COLUMNS[i].form : 0; }
EXPORT const char *cleaner_group(int64_t i) { return i >= 0 && i < GROUP_COUNT ? GROUPS[i] : NULL; }
EXPORT int64_t cleaner_table_size(void) { return (int64_t)sizeof(struct table); }

void *take(struct work *w, size_t count, size_t size)
{
    void *found = w->taken < MAX_TAKEN ? calloc(count ? count : 1, size) : NULL;
    if (!found) w->failed = 1;
    else w->memory[w->taken++] = found;
    return found;
}


static void allocate(const struct table *t, struct work *w)
{
    const int64_t n = t->n;
    TAKE(w, w->chars, n);
    for (int c = 0; c < COUNTED; c++) TAKE(w, w->counted[c], n);
    TAKE(w, w->end, n);
    TAKE(w, w->colon, n);
    TAKE(w, w->first_upper, n);
    TAKE(w, w->first_digit, n);
    TAKE(w, w->link, n);
    TAKE(w, w->doubt, n);
    TAKE(w, w->copies, n);
    TAKE(w, w->prose, n);
    TAKE(w, w->heading, n);
    TAKE(w, w->doubted, n);
    TAKE(w, w->sums, n);
    TAKE(w, w->upto, n + 1);
    TAKE(w, w->scratch, (t->elements > n ? t->elements : n) + 1);
    TAKE(w, w->at, n);
    TAKE(w, w->indent, n);
    TAKE(w, w->group, (t->elements > n ? t->elements : n) + 1);
    TAKE(w, w->first, (t->elements > n ? t->elements : n) + 1);
    TAKE(w, w->ids, (t->elements > n ? t->elements : n) + 1);
    w->slots = 16;
    while (w->slots < 2 * (t->elements > n ? t->elements : n)) w->slots *= 2;
    TAKE(w, w->slot, w->slots);
}

static int is_valid(const struct table *t)
{
    if (t->n < 1 || t->length < 0 || t->different_keys > t->n) return 0;
    for (int64_t i = 0; i < t->n; i++) {
        if (t->starts[i] < (i ? t->ends[i - 1] : 0) || t->starts[i] >= t->ends[i] || t->ends[i] > t->length) return 0;
        if (t->kinds[i] >= KINDS || t->keys[i] < 0 || t->keys[i] >= t->different_keys) return 0;
    }
    if (!t->is_page) return 1;
    if (t->elements < 1) return 0;
    for (int64_t i = 0; i < t->n; i++)
        if (t->element[i] < 0 || t->element[i] >= t->elements) return 0;
    for (int64_t e = 0; e < t->elements; e++) {
        const int64_t parent = t->parents[e];
        if (t->tag[e] < 0 || t->tag[e] >= t->tags || t->element_ends[e] <= e || t->element_ends[e] > t->elements) return 0;
        if (e == 0 ? parent != -1 : parent < 0 || parent >= e || t->element_ends[e] > t->element_ends[parent]) return 0;
    }
    return t->element_ends[0] == t->elements;
}

/* Numbers equal ids alike: group[i] from 0, in the order of their first place. Returns the number of groups. */
int64_t partition(struct work *w, const int64_t *ids, int64_t n, int32_t *group)
{
    const uint64_t mask = (uint64_t)w->slots - 1;
    memset(w->slot, 0, (size_t)w->slots * sizeof *w->slot);
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t at = (uint64_t)ids[i];
        at = (at ^ (at >> 30)) * 0xbf58476d1ce4e5b9u;
        at = (at ^ (at >> 27)) * 0x94d049bb133111ebu;
        at = (at ^ (at >> 31)) & mask;
        while (w->slot[at].group && w->slot[at].id != ids[i]) at = (at + 1) & mask;
        if (!w->slot[at].group) {
            w->slot[at].id = ids[i];
            w->slot[at].group = (int32_t)++found;
        }
        group[i] = w->slot[at].group - 1;
    }
    return found;
}

/* The first block of each group; blocks of one group need not be next to each other. */
void find_first(const int32_t *group, int64_t n, int64_t *first)
{
    for (int64_t i = n - 1; i >= 0; i--) first[group[i]] = i;
}

int group_is_wanted(const struct table *t, int g)
{
    for (int f = 0; f < GROUP_FEATURES; f++)
        if (t->group_rows[g * GROUP_FEATURES + f] >= 0) return 1;
    return 0;
}

/* Writes the features of a group: w->at[i] are the sums over the group of block i. */
void emit_group(const struct table *t, const struct work *w, int g)
{
    static const uint8_t OF[] = {WORDS, BLOCKS, LINKED, PROSE, DOUBTED, SENTENCES, REPEATED, OUTSIDE, COMMENTS,
                                 SHORT, HEADINGS, DIGITS, WORDS, WORDS, PROSE};
    const int64_t n = t->n;
    for (int f = 0; f < GROUP_FEATURES; f++) {
        const int32_t row = t->group_rows[g * GROUP_FEATURES + f];
        if (row < 0) continue;
        float *to = t->out + (size_t)row * (size_t)n;
        const int sum = OF[f];
        const double whole = w->total[sum] > 1 ? w->total[sum] : 1;
        for (int64_t i = 0; i < n; i++) {
            const double *at = w->at[i]->of;
            const float value = (float)at[sum];
            float words = (float)at[WORDS], blocks = (float)at[BLOCKS];
            if (words < 1) words = 1;
            if (blocks < 1) blocks = 1;
            if (f < 2) to[i] = value;
            else if (f < 9) to[i] = value / words;
            else if (f < 11) to[i] = value / blocks;
            else if (f == 11) to[i] = value / words < 5 ? value / words : 5;
            else if (f == 12) to[i] = words / blocks;
            else to[i] = (float)((double)value / whole);
        }
    }
}

/* The same for groups that are numbered: group[i] is that of block i. */
void emit_numbered(const struct table *t, struct work *w, int g, const int32_t *group, int64_t groups)
{
    if (!group_is_wanted(t, g)) return;
    memset(w->scratch, 0, (size_t)groups * sizeof *w->scratch);
    for (int64_t i = 0; i < t->n; i++) {
        add_sums(&w->scratch[group[i]], &w->sums[i]);
        w->at[i] = &w->scratch[group[i]];
    }
    emit_group(t, w, g);
}

static inline unsigned class_of(const struct table *t, int64_t at)
{
    const uint32_t code = t->codes[at];
    return t->classes[code < 0xffff ? code : 0xffff];
}

static void count_characters(const struct table *t, struct work *w)
{
    static const uint8_t BITS[COUNTED] = {UPPER, DIGIT, END, COMMA, MONEY, SIGN};
    for (int64_t i = 0; i < t->n; i++) {
        const int64_t start = t->starts[i], end = t->ends[i];
        int64_t count[COUNTED] = {0}, crlfs = 0, capitals = 0;
        unsigned before = start ? class_of(t, start - 1) : SPACE;
        for (int64_t p = start; p < end; p++) {
            const unsigned bits = class_of(t, p);
            for (int c = 0; c < COUNTED - 1; c++) count[c] += (bits & BITS[c]) != 0;
            capitals += (bits & UPPER) && (before & (SPACE | CLOSER));
            crlfs += t->codes[p] == '\r' && t->codes[p + 1] == '\n'; /* two line feeds follow the text */
            before = bits;
        }
        count[CAPITALS] = capitals;
        for (int c = 0; c < COUNTED; c++) w->counted[c][i] = (float)count[c];
        const int64_t chars = end - start - crlfs;
        w->chars[i] = (float)(chars > 1 ? chars : 1);
        const unsigned last = class_of(t, end - 1), first = class_of(t, start);
        const unsigned but_one = class_of(t, end > 1 ? end - 2 : 0);
        w->end[i] = (last & END) || ((last & CLOSER) && (but_one & END));
        w->colon[i] = (last & COMMA) != 0;
        w->first_upper[i] = (first & UPPER) != 0;
        w->first_digit[i] = (first & DIGIT) != 0;
    }
}

static void count_copies(const struct table *t, struct work *w)
{
    int64_t *count = w->ids; /* n + 1 at least, and there are no more different keys than blocks */
    memset(count, 0, (size_t)t->n * sizeof *count);
    uint8_t *seen = (uint8_t *)w->group;
    memset(seen, 0, (size_t)t->n);
    float *above = row_of(t, SEEN_ABOVE);
    for (int64_t i = 0; i < t->n; i++) {
        if (above) above[i] = seen[t->keys[i]];
        seen[t->keys[i]] = 1;
        count[t->keys[i]]++;
    }
    for (int64_t i = 0; i < t->n; i++) w->copies[i] = (float)count[t->keys[i]];
}

static void sum_up(const struct table *t, struct work *w)
{
    const int64_t n = t->n;
    double prose = 0;
    for (int64_t i = 0; i < n; i++) {
        const float words = t->words[i];
        w->doubt[i] = t->votes[i] - t->region[i] - t->comments[i];
        w->doubted[i] = w->doubt[i] >= NOISE_SUM;
        float link = 0;
        if (t->links) {
            link = t->links[i] / w->chars[i];
            if (link > 1) link = 1;
        }
        w->link[i] = link;
        w->prose[i] = t->prose[i] && link < 0.5f;
        w->heading[i] = t->kinds[i] == HEADING_KIND;
        double *sums = w->sums[i].of;
        sums[WORDS] = words;
        sums[BLOCKS] = 1;
        sums[LINKED] = words * link;
        sums[PROSE] = w->prose[i] && !w->doubted[i] ? words : 0;
        sums[DOUBTED] = w->doubted[i] ? words : 0;
        sums[SENTENCES] = t->sentences[i] ? words : 0;
        sums[SHORT] = words <= SHORT_WORDS;
        sums[HEADINGS] = w->heading[i];
        sums[REPEATED] = w->copies[i] > 1 ? words : 0;
        sums[DIGITS] = w->counted[DIGITS_COUNTED][i];
        sums[OUTSIDE] = t->region[i] > 0 ? words : 0;
        sums[COMMENTS] = t->comments[i] > 0 ? words : 0;
        prose += sums[PROSE];
    }
    if (prose < MIN_PROSE_OF_PAGE)
        for (int64_t i = 0; i < n; i++) w->sums[i].of[PROSE] = w->doubted[i] ? 0 : t->words[i];
    for (int64_t i = 0; i < n; i++) {
        add_sums(&w->total_sums, &w->sums[i]);
        w->upto[i + 1] = w->upto[i];
        add_sums(&w->upto[i + 1], &w->sums[i]);
    }
    w->total = w->total_sums.of;
}

static inline float at_most(float value, float limit) { return value < limit ? value : limit; }
static inline float at_least_one(float value) { return value > 1 ? value : 1; }

static void add_block(const struct table *t, const struct work *w)
{
    const int64_t n = t->n;
    float *const *counted = w->counted;
    PUT(LOG_WORDS, t->log_words[i]);
    PUT(LINK_SHARE, w->link[i]);
    PUT(CHARS_A_WORD, at_most(w->chars[i] / at_least_one(t->words[i]), 30));
    PUT(IS_PROSE, w->prose[i]);
    PUT(IS_SENTENCE, t->sentences[i] != 0);
    PUT(APART, t->apart[i] != 0);
    PUT(UPPER_A_CHAR, counted[0][i] / w->chars[i]);
    PUT(DIGITS_A_CHAR, counted[DIGITS_COUNTED][i] / w->chars[i]);
    PUT(SIGNS_A_CHAR, counted[SIGNS_COUNTED][i] / w->chars[i]);
    PUT(MONEY_A_CHAR, counted[4][i] / w->chars[i]);
    PUT(ENDS_A_WORD, at_most(counted[2][i] / at_least_one(t->words[i]), 3));
    PUT(COMMAS_A_WORD, at_most(counted[COMMAS_COUNTED][i] / at_least_one(t->words[i]), 3));
    PUT(CAPITALS_A_WORD, at_most(counted[CAPITALS][i] / at_least_one(t->words[i]), 3));
    PUT(LOG_ENDS, counted[2][i]);
    PUT(ENDS, w->end[i]);
    PUT(COLON, w->colon[i]);
    PUT(FIRST_UPPER, w->first_upper[i]);
    PUT(FIRST_DIGIT, w->first_digit[i]);
    PUT(LOG_COPIES, w->copies[i]);
    for (int kind = 0; kind < KINDS; kind++) PUT(KIND_TEXT + kind, t->kinds[i] == kind);
}

/* How far the next block of a kind is on both sides, in blocks and in words. words[i] are those before block i. */
static void add_reach(const struct table *t, const struct work *w, const uint8_t *where, int column, const float *words)
{
    const int64_t n = t->n;
    const float end = words[n - 1] + t->words[n - 1];
    double *above = wide_of(t, column), *below = wide_of(t, column + 1);
    const int has_words = column != LOG_TO_HEADING_ABOVE;
    float *words_above = has_words ? row_of(t, column + 2) : NULL, *words_below = has_words ? row_of(t, column + 3) : NULL;
    int64_t last = -1, next = n;
    (void)w;
    for (int64_t i = 0; i < n; i++) {
        if (where[i]) last = i;
        if (above) above[i] = (double)(last < 0 || i - last > FAR ? FAR : i - last);
        if (words_above) words_above[i] = last < 0 ? NOWHERE : words[i] - words[last];
    }
    for (int64_t i = n - 1; i >= 0; i--) {
        if (where[i]) next = i;
        if (below) below[i] = (double)(next == n || next - i > FAR ? FAR : next - i);
        if (words_below) words_below[i] = next == n ? NOWHERE : (next < n ? words[next] : end) - words[i];
    }
}

static void add_position(const struct table *t, struct work *w)
{
    const int64_t n = t->n;
    const double prose = w->total[PROSE], whole_prose = prose > 1 ? prose : 1;
    const double whole_words = w->total[WORDS] > 1 ? w->total[WORDS] : 1;
    float *words = (float *)w->ids, sum = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += t->words[i];
        words[i] = sum - t->words[i];
    }
    PUT(PLACE, ((double)i + 0.5) / (double)n);
    WIDE(LOG_FROM_TOP, (double)i);
    WIDE(LOG_FROM_END, (double)(n - 1 - i));
    PUT(PROSE_BEFORE, w->upto[i].of[PROSE] / whole_prose);
    PUT(WORDS_BEFORE, (double)words[i] / whole_words);
    WIDE(LOG_PROSE_BEFORE, w->upto[i].of[PROSE]);
    WIDE(LOG_PROSE_AFTER, positive(prose - w->upto[i].of[PROSE] - w->sums[i].of[PROSE]));
    uint8_t *where = (uint8_t *)w->group;
    for (int64_t i = 0; i < n; i++) where[i] = w->sums[i].of[PROSE] > 0;
    add_reach(t, w, where, LOG_TO_PROSE_ABOVE, words);
    add_reach(t, w, w->heading, LOG_TO_HEADING_ABOVE, words);
    for (int64_t i = 0; i < n; i++) where[i] = w->prose[i] && t->words[i] >= LONG_WORDS;
    add_reach(t, w, where, LOG_TO_LONG_ABOVE, words);
}

static void add_neighbours(const struct table *t, const struct work *w)
{
    static const int BY[] = {-2, -1, 1, 2};
    const int64_t n = t->n;
    for (int side = 0; side < 4; side++) {
        const int column = LOG_WORDS_2_ABOVE + 6 * side;
        const int by = BY[side];
#define THERE(value) (i + by < 0 || i + by >= n ? -1 : (value))
        PUT(column, THERE(t->log_words[i + by]));
        PUT(column + 1, THERE(w->link[i + by]));
        PUT(column + 2, THERE((float)w->prose[i + by]));
        PUT(column + 3, THERE((float)w->heading[i + by]));
        PUT(column + 4, THERE((float)(w->end[i + by] > 0)));
        PUT(column + 5, THERE((float)w->doubted[i + by]));
#undef THERE
    }
}

static void add_sure(const struct table *t, struct work *w)
{
    static const int SIZES[] = {1, 3, 8, 20};
    const int64_t n = t->n;
    int64_t *upto = w->ids;
    upto[0] = 0;
    for (int64_t i = 0; i < n; i++) upto[i + 1] = upto[i] + (w->doubt[i] >= CUTS_ALONE);
    PUT(SURE, w->doubt[i] >= CUTS_ALONE);
    for (int s = 0; s < 4; s++) {
        const int64_t size = SIZES[s];
        PUT(SURE_WITHIN_1 + s, (double)(upto[i + size + 1 < n ? i + size + 1 : n] - upto[i > size ? i - size : 0]) /
                                   (double)((i + size + 1 < n ? i + size + 1 : n) - (i > size ? i - size : 0)));
    }
    PUT(SURE_BEFORE, (double)upto[i] / (double)(i > 1 ? i : 1));
    PUT(SURE_AFTER, (double)(upto[n] - upto[i + 1]) / (double)(n - 1 - i > 1 ? n - 1 - i : 1));
    PUT(SURE_OF_PAGE, (double)upto[n] / (double)n);
    WIDE(LOG_SURE, (double)upto[n]);
}

static void add_sequences(const struct table *t, struct work *w)
{
    static const int SIZES[] = {2, 6, 15};
    const int64_t n = t->n;
    for (int64_t i = 0; i < n; i++) w->at[i] = &w->scratch[i];
    for (int s = 0; s < 3; s++) {
        if (!group_is_wanted(t, WITHIN_2 + s)) continue;
        for (int64_t i = 0; i < n; i++) {
            const int64_t size = SIZES[s], last = i + size + 1 < n ? i + size + 1 : n;
            subtract_sums(&w->scratch[i], &w->upto[last], &w->upto[i > size ? i - size : 0]);
        }
        emit_group(t, w, WITHIN_2 + s);
    }
    if (group_is_wanted(t, AFTER)) {
        for (int64_t i = 0; i < n; i++) subtract_sums(&w->scratch[i], &w->upto[n], &w->upto[i + 1]);
        emit_group(t, w, AFTER);
    }
    for (int64_t i = 0; i < n; i++) w->at[i] = &w->upto[i];
    emit_group(t, w, BEFORE);
    for (int64_t i = 0; i < n; i++) w->at[i] = &w->total_sums;
    emit_group(t, w, PAGE);
}

static void add_sections(const struct table *t, struct work *w)
{
    const int64_t n = t->n;
    int32_t *group = w->group;
    group[0] = 0;
    for (int64_t i = 1; i < n; i++) group[i] = group[i - 1] + w->heading[i];
    find_first(group, n, w->first);
    WIDE(LOG_SINCE_HEADING, (double)(i - w->first[group[i]]));
    PUT(HEADING_LINK_SHARE, w->link[w->first[group[i]]]);
    PUT(HEADING_DOUBT, w->doubt[w->first[group[i]]]);
    emit_numbered(t, w, SECTION, group, group[n - 1] + 1);
    for (int64_t i = 1; i < n; i++) group[i] = group[i - 1] + ((w->link[i] > 0.5f) != (w->link[i - 1] > 0.5f));
    emit_numbered(t, w, LINK_RUN, group, group[n - 1] + 1);
    for (int64_t i = 1; i < n; i++)
        group[i] = group[i - 1] + ((t->words[i] <= SHORT_WORDS) != (t->words[i - 1] <= SHORT_WORDS));
    emit_numbered(t, w, SHORT_RUN, group, group[n - 1] + 1);
}

/* Fills the rows of t->out and t->wide that are wanted. Returns 0, NO_MEMORY, or BAD_INPUT: Python does the work. */
EXPORT int64_t cleaner_table(const struct table *t)
{
    struct work w = {0};
    if (!is_valid(t)) return BAD_INPUT;
    allocate(t, &w);
    struct marks *marks = NULL;
    if (!w.failed && t->is_page) marks = allocate_markup(t, &w);
    if (!w.failed) {
        count_characters(t, &w);
        count_copies(t, &w);
        sum_up(t, &w);
        add_block(t, &w);
        add_position(t, &w);
        add_neighbours(t, &w);
        add_sequences(t, &w);
        add_sections(t, &w);
        if (t->is_page) add_markup(t, &w, marks);
        else {
            add_sure(t, &w);
            add_layout(t, &w);
        }
    }
    for (int i = 0; i < w.taken; i++) free(w.memory[i]);
    return w.failed ? NO_MEMORY : 0;
}
