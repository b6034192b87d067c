/* What the files of the table share. */
#ifndef CLEANER_TABLE_H
#define CLEANER_TABLE_H

#include "core.h"

#define NOISE_SUM 80
#define CUTS_ALONE 100
#define GROUP_FEATURES 15
#define KINDS 9
#define HEADING_KIND 1
#define MAX_TAKEN 96

/* The bits of the classes of characters, as in cleaner/scorer/block_features.py. */
enum { UPPER = 1, DIGIT = 2, END = 4, COMMA = 8, SPACE = 16, MONEY = 32, SIGN = 64, CLOSER = 128 };
enum { DIGITS_COUNTED = 1, COMMAS_COUNTED = 3, SIGNS_COUNTED = 5, CAPITALS = 6, COUNTED = 7 };

/* What is summed over groups, as in cleaner/scorer/groups.py. */
enum {
    WORDS, BLOCKS, LINKED, PROSE, DOUBTED, SENTENCES, SHORT, HEADINGS, REPEATED, DIGITS, OUTSIDE, COMMENTS, SUMS
};
struct sums { double of[SUMS]; };

/* The columns: name, and what numpy still does: '=' nothing, 'l' log1p and 'n' log of a row, 'L' and 'N' of doubles. */
#define AT(X, id, by) \
    X(LOG_WORDS_##id, "log words at " by, '=') X(LINK_##id, "link share at " by, '=') \
    X(PROSE_##id, "prose at " by, '=') X(HEADING_##id, "heading at " by, '=') X(END_##id, "end at " by, '=') \
    X(DOUBTED_##id, "doubted at " by, '=')
#define REACH(X, id, name) \
    X(LOG_TO_##id##_ABOVE, "log to " name " above", 'L') X(LOG_TO_##id##_BELOW, "log to " name " below", 'L')
#define REACH_IN_WORDS(X, id, name) REACH(X, id, name) \
    X(LOG_WORDS_TO_##id##_ABOVE, "log words to " name " above", 'l') \
    X(LOG_WORDS_TO_##id##_BELOW, "log words to " name " below", 'l')
#define ALIKE(X, id, name) X(LOG_OF_THIS_##id, "log of this " name, 'N')
#define LEVEL(X, k) \
    X(LOG_SIBLINGS_##k, "log siblings " #k, 'L') X(LOG_CHILDREN_##k, "log children " #k, 'L') \
    X(PLACE_IN_##k, "place in " #k, '=') X(DEPTH_##k, "depth " #k, '=')
#define MAIN(X, id, share) \
    X(UP_TO_MAIN_##id, "up to main " share, '=') X(LOG_ABOVE_MAIN_##id, "log above main " share, 'L') \
    X(LOG_BELOW_MAIN_##id, "log below main " share, 'L') X(MAIN_HOLDS_##id, "main " share " holds", '=') \
    X(MAIN_DEPTH_##id, "main " share " depth", '=')
#define NAMED(X, id, level) \
    X(NAMES_LEAST_##id, "names " level ": least", '=') X(NAMES_MEAN_##id, "names " level ": mean", '=') \
    X(NAMES_MOST_##id, "names " level ": most", '=')
#define IN(X, id, name) X(IN_##id, "in " name, '=')
#define OWN(X, id, name) X(TAG_##id, "tag " name, '=')
#define COLUMN_LIST(X) \
    X(LOG_WORDS, "log words", '=') X(LINK_SHARE, "link share", '=') X(CHARS_A_WORD, "chars a word", '=') \
    X(IS_PROSE, "prose", '=') X(IS_SENTENCE, "sentence", '=') X(APART, "apart", '=') \
    X(UPPER_A_CHAR, "upper a char", '=') X(DIGITS_A_CHAR, "digits a char", '=') X(SIGNS_A_CHAR, "signs a char", '=') \
    X(MONEY_A_CHAR, "money a char", '=') X(ENDS_A_WORD, "ends a word", '=') X(COMMAS_A_WORD, "commas a word", '=') \
    X(CAPITALS_A_WORD, "capitals a word", '=') X(LOG_ENDS, "log ends", 'l') X(ENDS, "end", '=') \
    X(COLON, "colon", '=') X(FIRST_UPPER, "first upper", '=') X(FIRST_DIGIT, "first digit", '=') \
    X(LOG_COPIES, "log copies", 'n') X(SEEN_ABOVE, "seen above", '=') X(KIND_TEXT, "kind text", '=') \
    X(KIND_HEADING, "kind heading", '=') X(KIND_ITEM, "kind item", '=') X(KIND_STEP, "kind step", '=') \
    X(KIND_SPEC, "kind spec", '=') X(KIND_CELL, "kind cell", '=') X(KIND_CAPTION, "kind caption", '=') \
    X(KIND_CODE, "kind code", '=') X(KIND_QUOTE, "kind quote", '=') X(PLACE, "place", '=') \
    X(LOG_FROM_TOP, "log from top", 'L') X(LOG_FROM_END, "log from end", 'L') X(PROSE_BEFORE, "prose before", '=') \
    X(WORDS_BEFORE, "words before", '=') X(LOG_PROSE_BEFORE, "log prose before", 'L') \
    X(LOG_PROSE_AFTER, "log prose after", 'L') REACH_IN_WORDS(X, PROSE, "prose") REACH(X, HEADING, "heading") \
    REACH_IN_WORDS(X, LONG, "long") AT(X, 2_ABOVE, "-2") AT(X, 1_ABOVE, "-1") AT(X, 1_BELOW, "+1") \
    AT(X, 2_BELOW, "+2") X(SURE, "sure", '=') X(SURE_WITHIN_1, "sure within 1", '=') \
    X(SURE_WITHIN_3, "sure within 3", '=') X(SURE_WITHIN_8, "sure within 8", '=') \
    X(SURE_WITHIN_20, "sure within 20", '=') X(SURE_BEFORE, "sure before", '=') X(SURE_AFTER, "sure after", '=') \
    X(SURE_OF_PAGE, "sure of page", '=') X(LOG_SURE, "log sure", 'L') \
    X(LOG_SINCE_HEADING, "log since heading", 'L') X(HEADING_LINK_SHARE, "heading link share", '=') \
    X(HEADING_DOUBT, "heading doubt", '=') X(INDENT_WIDTH, "indent", '=') X(PLACE_IN_CHUNK_2, "place in chunk 2", '=') \
    X(PLACE_IN_CHUNK_3, "place in chunk 3", '=') X(PLACE_IN_CHUNK_5, "place in chunk 5", '=') \
    X(PLACE_IN_CHUNK_9, "place in chunk 9", '=') ALIKE(X, SHAPE, "shape") ALIKE(X, INDENT, "indent") \
    ALIKE(X, LAYOUT, "layout") X(LOG_TO_LIKE_ABOVE, "log to like above", 'N') \
    X(LOG_TO_LIKE_BELOW, "log to like below", 'N') X(EVENLY_SET, "evenly set", '=') X(DEPTH, "depth", '=') \
    IN(X, NAV, "nav") IN(X, HEADER, "header") IN(X, FOOTER, "footer") IN(X, ASIDE, "aside") IN(X, MAIN, "main") \
    IN(X, ARTICLE, "article") IN(X, SECTION, "section") IN(X, FORM, "form") IN(X, TABLE, "table") IN(X, UL, "ul") \
    IN(X, OL, "ol") IN(X, DL, "dl") IN(X, LI, "li") IN(X, P, "p") IN(X, A, "a") IN(X, BUTTON, "button") \
    IN(X, FIGURE, "figure") IN(X, BLOCKQUOTE, "blockquote") IN(X, PRE, "pre") IN(X, LABEL, "label") \
    IN(X, SELECT, "select") IN(X, DETAILS, "details") IN(X, TD, "td") IN(X, SPAN, "span") X(HIDDEN, "hidden", '=') \
    OWN(X, P, "p") OWN(X, A, "a") OWN(X, LI, "li") OWN(X, DIV, "div") OWN(X, SPAN, "span") OWN(X, TD, "td") \
    OWN(X, H1, "h1") OWN(X, H2, "h2") OWN(X, H3, "h3") OWN(X, H4, "h4") OWN(X, BUTTON, "button") \
    OWN(X, LABEL, "label") X(IN_BODY, "in body", '=') X(DIRECTLY_IN_BODY, "directly in body", '=') \
    X(BODY_SHARE, "body share", '=') X(LIKE_BODY, "like body", '=') X(LOG_ABOVE_BODY, "log above body", 'L') \
    X(LOG_BELOW_BODY, "log below body", 'L') X(LOG_WORDS_BELOW_BODY, "log words below body", 'L') \
    X(LOG_LINKS_BELOW_BODY, "log links below body", 'L') X(LOG_HEADINGS_BELOW_BODY, "log headings below body", 'L') \
    X(LOG_IN_BRANCH, "log in branch", 'L') X(BRANCH_HEADING, "branch heading", '=') \
    X(BRANCH_FIRST_LINK_SHARE, "branch first link share", '=') LEVEL(X, 1) LEVEL(X, 2) LEVEL(X, 3) \
    MAIN(X, HALF, "0.5") MAIN(X, MOST, "0.8") NAMED(X, 1, "1") NAMED(X, 2, "2") NAMED(X, 3, "3") NAMED(X, 4, "4+")

#define GROUP_LIST(X) \
    X(WITHIN_2, "within 2") X(WITHIN_6, "within 6") X(WITHIN_15, "within 15") X(BEFORE, "before") X(AFTER, "after") \
    X(SECTION, "section") X(LINK_RUN, "link run") X(SHORT_RUN, "short run") X(CHUNK_2, "chunk 2") \
    X(CHUNK_3, "chunk 3") X(CHUNK_5, "chunk 5") X(CHUNK_9, "chunk 9") X(SHAPE_GROUP, "shape") \
    X(INDENT_GROUP, "indent") X(LAYOUT_GROUP, "layout") X(PATH, "path") X(NAMES, "names") \
    X(SHORT_PATH, "short path") X(PATH_RUN, "path run") X(BRANCH, "branch") X(CONTAINER_1, "container 1") \
    X(CONTAINER_2, "container 2") X(CONTAINER_3, "container 3") X(CONTAINER_4, "container 4") \
    X(CONTAINER_5, "container 5") X(SIBLINGS_1, "siblings 1") X(SIBLINGS_2, "siblings 2") \
    X(SIBLINGS_3, "siblings 3") X(AROUND_HALF, "around main 0.5") X(AROUND_MOST, "around main 0.8") X(PAGE, "page")

#define ID(id, ...) id,
enum column { COLUMN_LIST(ID) COLUMN_COUNT };
enum group_of { GROUP_LIST(ID) GROUP_COUNT };
#undef ID

/* The arguments of cleaner_table, by the caller: cleaner/scorer/native.py. n blocks; codes has length + 2 characters,
 * of which the last two are line feeds. Rows are those of out (rows, n) and wide (rows, n), -1 for what is not wanted. */
struct table {
    int64_t n, length, different_keys, is_page, elements, tags;
    const uint32_t *codes;
    const uint8_t *classes;
    const int64_t *starts, *ends;
    const float *words, *log_words, *links;
    const uint8_t *prose, *sentences, *apart, *kinds;
    const int32_t *keys;
    const float *votes, *region, *comments;
    const int64_t *sizes;                                 /* text: log2 of the words, rounded down */
    const int64_t *element, *parents, *element_ends, *tag; /* pages */
    const int64_t *tag_facts;                              /* (tags, 3): bits, number of the name, own tag */
    const float *odds;                                     /* (4, tags): least, sum, most, count */
    const int32_t *column_rows, *group_rows;
    float *out;
    double *wide;
    int64_t *above; /* text, written: line ends above each block */
};

struct slot {
    int64_t id;
    int32_t group; /* its number plus one; 0: the slot is free */
};

/* Memory for one call, allocated at once. */
struct work {
    float *chars, *counted[COUNTED], *end, *colon, *first_upper, *first_digit, *link, *doubt, *copies;
    uint8_t *prose, *heading, *doubted;
    struct sums *sums, *upto, *scratch, total_sums;
    const double *total;
    const struct sums **at;
    int32_t *group;
    int64_t *first, *ids, *indent, slots;
    struct slot *slot;
    int failed, taken;
    void *memory[MAX_TAKEN];
};

struct marks;

static inline float *row_of(const struct table *t, int column)
{
    const int32_t row = t->column_rows[column];
    return row < 0 ? NULL : t->out + (size_t)row * (size_t)t->n;
}

static inline double *wide_of(const struct table *t, int column)
{
    const int32_t row = t->column_rows[column];
    return row < 0 ? NULL : t->wide + (size_t)row * (size_t)t->n;
}

/* Fill a column, if it is wanted, with a value for each block i. */
#define PUT(column, value) \
    do { \
        float *to_ = row_of(t, (column)); \
        if (to_) for (int64_t i = 0; i < n; i++) to_[i] = (float)(value); \
    } while (0)
#define WIDE(column, value) \
    do { \
        double *to_ = wide_of(t, (column)); \
        if (to_) for (int64_t i = 0; i < n; i++) to_[i] = (value); \
    } while (0)

static inline void add_sums(struct sums *to, const struct sums *from)
{
    for (int k = 0; k < SUMS; k++) to->of[k] += from->of[k];
}

static inline void subtract_sums(struct sums *to, const struct sums *a, const struct sums *b)
{
    for (int k = 0; k < SUMS; k++) to->of[k] = a->of[k] - b->of[k];
}

static inline double positive(double value) { return value > 0 ? value : 0; }

int64_t partition(struct work *w, const int64_t *ids, int64_t n, int32_t *group);
void find_first(const int32_t *group, int64_t n, int64_t *first);
int group_is_wanted(const struct table *t, int g);
void emit_group(const struct table *t, const struct work *w, int g);
void emit_numbered(const struct table *t, struct work *w, int g, const int32_t *group, int64_t groups);
void *take(struct work *w, size_t count, size_t size);
#define TAKE(w, pointer, count) ((pointer) = take((w), (size_t)(count), sizeof *(pointer)))

struct marks *allocate_markup(const struct table *t, struct work *w);
void add_markup(const struct table *t, struct work *w, struct marks *m);
void add_layout(const struct table *t, struct work *w);

#endif
