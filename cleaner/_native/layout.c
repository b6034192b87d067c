/* Groups in plain text: cleaner/scorer/layout.py. */
#include "table.h"

#define EDGE 20
#define DEEP 60
#define WIDEST 8
#define FAR 200

static inline int ends_line(const struct table *t, int64_t at)
{
    const uint32_t code = t->codes[at];
    if (code == '\r') return !(at + 1 < t->length && t->codes[at + 1] == '\n');
    return (code >= 0x0a && code <= 0x0d) || code == 0x85 || code >> 1 == 0x2028 >> 1;
}

/* The line ends above each block, and the characters before it on its line. */
static void find_white_space(const struct table *t, int64_t *indent)
{
    int64_t line = -1, at = 0;
    for (int64_t i = 0; i < t->n; i++) {
        int64_t count = 0;
        const int64_t from = i ? t->ends[i - 1] : 0;
        for (; at < t->starts[i]; at++)
            if (ends_line(t, at)) {
                line = at;
                count += at >= from;
            }
        t->above[i] = i == 0 ? EDGE : count > 1 ? count : 1;
        indent[i] = t->starts[i] - 1 - line < DEEP ? t->starts[i] - 1 - line : DEEP;
    }
}

static void add_chunk(const struct table *t, struct work *w, int number, int64_t gap)
{
    const int64_t n = t->n;
    int32_t *group = w->group;
    group[0] = 0;
    for (int64_t i = 1; i < n; i++) group[i] = group[i - 1] + (t->above[i] >= gap);
    const int64_t groups = group[n - 1] + 1;
    int64_t *size = w->ids;
    memset(size, 0, (size_t)groups * sizeof *size);
    for (int64_t i = 0; i < n; i++) size[group[i]]++;
    find_first(group, n, w->first);
    PUT(PLACE_IN_CHUNK_2 + number, ((double)(i - w->first[group[i]]) + 0.5) / (double)size[group[i]]);
    emit_numbered(t, w, CHUNK_2 + number, group, groups);
}

static int64_t shape_of(const struct table *t, const struct work *w, int64_t i)
{
    int64_t shape = (int64_t)t->kinds[i] * 8 + t->sizes[i];
    shape = shape * 2 + (w->end[i] > 0);
    shape = shape * 2 + (w->first_upper[i] > 0);
    shape = shape * 2 + (w->first_digit[i] > 0);
    shape = shape * 2 + (w->counted[DIGITS_COUNTED][i] > 0);
    shape = shape * 2 + (w->counted[COMMAS_COUNTED][i] > 0);
    shape = shape * 2 + (w->colon[i] > 0);
    return shape * 2 + (w->counted[SIGNS_COUNTED][i] > 0);
}

/* How far the next block of the same group is on both sides. */
static void add_distance(const struct table *t, struct work *w, int64_t groups)
{
    const int64_t n = t->n;
    double *above = wide_of(t, LOG_TO_LIKE_ABOVE), *below = wide_of(t, LOG_TO_LIKE_BELOW);
    float *even = row_of(t, EVENLY_SET);
    int64_t *last = w->first, *distance = w->ids; /* the ids are known no longer needed: they are groups now */
    for (int64_t g = 0; g < groups; g++) last[g] = -1;
    for (int64_t i = 0; i < n; i++) {
        const int64_t before = last[w->group[i]];
        distance[i] = before < 0 || i - before > FAR ? FAR : i - before;
        if (above) above[i] = (double)distance[i];
        last[w->group[i]] = i;
    }
    for (int64_t g = 0; g < groups; g++) last[g] = -1;
    for (int64_t i = n - 1; i >= 0; i--) {
        const int64_t next = last[w->group[i]], far = next < 0 || next - i > FAR ? FAR : next - i;
        if (below) below[i] = (double)far;
        if (even) even[i] = far == distance[i];
        last[w->group[i]] = i;
    }
}

void add_layout(const struct table *t, struct work *w)
{
    static const int64_t GAPS[] = {2, 3, 5, 9};
    const int64_t n = t->n;
    int64_t *indent = w->indent, *ids = w->ids;
    find_white_space(t, indent);
    PUT(INDENT_WIDTH, indent[i]);
    for (int g = 0; g < 4; g++) add_chunk(t, w, g, GAPS[g]);
    for (int which = 0; which < 3; which++) { /* shape, indent, layout */
        for (int64_t i = 0; i < n; i++) {
            const int64_t above = t->above[i] < WIDEST ? t->above[i] : WIDEST;
            const int64_t next = i + 1 < n ? t->above[i + 1] : EDGE, below = next < WIDEST ? next : WIDEST;
            if (which == 0) ids[i] = shape_of(t, w, i);
            else if (which == 1) ids[i] = (indent[i] * (WIDEST + 1) + above) * (WIDEST + 1);
            else ids[i] = (shape_of(t, w, i) * (WIDEST + 1) + above) * (WIDEST + 1) + below;
        }
        const int64_t groups = partition(w, ids, n, w->group);
        memset(w->first, 0, (size_t)groups * sizeof *w->first);
        for (int64_t i = 0; i < n; i++) w->first[w->group[i]]++;
        WIDE(LOG_OF_THIS_SHAPE + which, (double)w->first[w->group[i]]);
        emit_numbered(t, w, SHAPE_GROUP + which, w->group, groups);
        if (which == 0) add_distance(t, w, groups);
    }
}
