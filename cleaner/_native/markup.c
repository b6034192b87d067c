/* Groups by markup, the place relative to the body, and names: cleaner/scorer/markup.py, body.py, names.py. */
#include "table.h"

#define LEVELS 5
#define FAR 200
#define OWN_TAGS 12
#define AROUND 25
static const uint64_t BASE = (UINT64_C(0x9E3779B97F4A7C15) >> 2) | 1, MASK = (UINT64_C(1) << 62) - 1;

/* Memory for the elements of a page, and for the blocks in them. */
struct marks {
    int64_t *bits, *depth, *jump, *tops, *children, *alike, *branch, *common, *step, *id_of;
    uint64_t *path, *names;
    struct sums *upto, *below, *of_siblings;
    double *own, *inherited;
    uint8_t *has_part, *way;
    int32_t *sibling, *path_of, *names_of, *short_path_of;
    int64_t *container, *part, *around;
    float *least, *total, *most, *count;
};

struct marks *allocate_markup(const struct table *t, struct work *w)
{
    const int64_t n = t->n, size = t->elements;
    struct marks *m;
    TAKE(w, m, 1);
    if (!m) return NULL;
    TAKE(w, m->bits, size);
    TAKE(w, m->depth, size);
    TAKE(w, m->jump, size);
    TAKE(w, m->tops, size);
    TAKE(w, m->children, size + 1);
    TAKE(w, m->alike, size);
    TAKE(w, m->branch, size);
    TAKE(w, m->common, size);
    TAKE(w, m->step, size);
    TAKE(w, m->id_of, size);
    TAKE(w, m->path, size);
    TAKE(w, m->names, size);
    TAKE(w, m->upto, size + 1);
    TAKE(w, m->below, size);
    TAKE(w, m->of_siblings, size);
    TAKE(w, m->own, size);
    TAKE(w, m->inherited, size);
    TAKE(w, m->has_part, size);
    TAKE(w, m->way, size);
    TAKE(w, m->sibling, size);
    TAKE(w, m->path_of, n);
    TAKE(w, m->names_of, n);
    TAKE(w, m->short_path_of, n);
    TAKE(w, m->container, n);
    TAKE(w, m->part, n);
    TAKE(w, m->around, n);
    TAKE(w, m->least, size);
    TAKE(w, m->total, size);
    TAKE(w, m->most, size);
    TAKE(w, m->count, size);
    return m;
}

static inline int64_t up(const struct table *t, int64_t e) { return e ? t->parents[e] : 0; }
static inline int64_t fact(const struct table *t, int64_t e, int which) { return t->tag_facts[3 * t->tag[e] + which]; }

/* Lets each element jump twice as far; to the root in the end. Returns whether any jump is left. */
static int jump_further(int64_t *jump, int64_t size)
{
    int64_t left = 0;
    for (int64_t e = size - 1; e >= 0; e--) {
        jump[e] = jump[jump[e]]; /* ancestors have lower numbers: theirs is still the old one */
        left |= jump[e];
    }
    return left != 0;
}

static int start_jumps(const struct table *t, int64_t *jump)
{
    int64_t left = 0;
    for (int64_t e = 0; e < t->elements; e++) left |= jump[e] = up(t, e);
    return left != 0;
}

static void find_shapes(const struct table *t, struct marks *m)
{
    const int64_t size = t->elements;
    for (int64_t e = 0; e < size; e++) {
        m->depth[e] = e ? m->depth[up(t, e)] + 1 : 0;
        m->bits[e] = e ? fact(t, e, 0) | m->bits[up(t, e)] : 0;
        m->path[e] = e ? (uint64_t)t->tag[e] + 1 : 0;
        m->names[e] = e ? (uint64_t)fact(t, e, 1) + 1 : 0;
    }
    uint64_t factor = BASE;
    for (int left = start_jumps(t, m->jump); left; left = jump_further(m->jump, size)) {
        for (int64_t e = size - 1; e >= 0; e--) {
            m->path[e] += factor * m->path[m->jump[e]];
            m->names[e] += factor * m->names[m->jump[e]];
        }
        factor = (factor * factor) & MASK;
    }
}

static void add_tags(const struct table *t, const struct marks *m)
{
    const int64_t n = t->n;
    PUT(DEPTH, m->depth[t->element[i]]);
    for (int k = 0; k < AROUND; k++) PUT(IN_NAV + k, m->bits[t->element[i]] >> k & 1);
    for (int k = 0; k < OWN_TAGS; k++) PUT(TAG_P + k, fact(t, t->element[i], 2) == k);
}

static void sum_elements(const struct table *t, struct work *w, struct marks *m)
{
    const int64_t size = t->elements;
    for (int64_t i = 0; i < t->n; i++) add_sums(&m->below[t->element[i]], &w->sums[i]);
    for (int64_t e = 0; e < size; e++) {
        m->upto[e + 1] = m->upto[e];
        add_sums(&m->upto[e + 1], &m->below[e]);
    }
    for (int64_t e = 0; e < size; e++) subtract_sums(&m->below[e], &m->upto[t->element_ends[e]], &m->upto[e]);
    for (int64_t e = 0; e < size; e++) {
        const int64_t parent = up(t, e);
        m->tops[e] = m->below[parent].of[BLOCKS] == m->below[e].of[BLOCKS] ? m->tops[parent] : e;
    }
}

static void group_paths(const struct table *t, struct work *w, struct marks *m)
{
    const int64_t n = t->n;
    for (int64_t i = 0; i < n; i++) w->ids[i] = (int64_t)m->path[t->element[i]];
    emit_numbered(t, w, PATH, m->path_of, partition(w, w->ids, n, m->path_of));
    for (int64_t i = 0; i < n; i++) w->ids[i] = (int64_t)m->names[t->element[i]];
    emit_numbered(t, w, NAMES, m->names_of, partition(w, w->ids, n, m->names_of));
    for (int64_t i = 0; i < n; i++) {
        const int64_t e = t->element[i], above = up(t, e), second = m->depth[e] > 1 ? t->tag[up(t, above)] + 1 : 0;
        w->ids[i] = (int64_t)(((uint64_t)second << 20 | (uint64_t)t->tag[above]) << 20 | (uint64_t)t->tag[e]);
    }
    emit_numbered(t, w, SHORT_PATH, m->short_path_of, partition(w, w->ids, n, m->short_path_of));
    w->group[0] = 0;
    for (int64_t i = 1; i < n; i++) w->group[i] = w->group[i - 1] + (m->path_of[i] != m->path_of[i - 1]);
    emit_numbered(t, w, PATH_RUN, w->group, w->group[n - 1] + 1);
}

static void group_siblings(const struct table *t, struct work *w, struct marks *m)
{
    const int64_t size = t->elements;
    for (int64_t e = 0; e < size; e++)
        m->id_of[e] = (int64_t)((uint64_t)(t->parents[e] + 1) << 24 | (uint64_t)t->tag[e]);
    partition(w, m->id_of, size, m->sibling);
    for (int64_t e = 0; e < size; e++) {
        m->alike[m->sibling[e]]++;
        add_sums(&m->of_siblings[m->sibling[e]], &m->below[e]);
        m->children[t->parents[e] + 1]++;
    }
}

/* How far each block is from the first and last prose of the body, and what is between. */
static void add_body_distance(const struct table *t, const struct work *w, int64_t body)
{
    const int64_t n = t->n;
    int64_t first = 0, last = n - 1, found = 0;
    for (int64_t i = 0; i < n; i++) {
        const int64_t e = t->element[i];
        if (e < body || e >= t->element_ends[body] || w->sums[i].of[PROSE] <= 0) continue;
        if (!found++) first = i;
        last = i;
    }
    if (!found) last = n - 1;
    WIDE(LOG_ABOVE_BODY, i >= first ? 0 : first - i > FAR ? FAR : (double)(first - i));
    WIDE(LOG_BELOW_BODY, i <= last ? 0 : i - last > FAR ? FAR : (double)(i - last));
    WIDE(LOG_WORDS_BELOW_BODY, positive(w->upto[i + 1].of[WORDS] - w->upto[last + 1].of[WORDS]));
    WIDE(LOG_LINKS_BELOW_BODY, positive(w->upto[i + 1].of[LINKED] - w->upto[last + 1].of[LINKED]));
    WIDE(LOG_HEADINGS_BELOW_BODY, positive(w->upto[i + 1].of[HEADINGS] - w->upto[last + 1].of[HEADINGS]));
}

/* The path that most of the prose directly in the body shares, -1 without one. */
static int32_t usual_path(const struct table *t, struct work *w, const struct marks *m, int64_t body)
{
    double *mass = (double *)w->first, most = 0;
    int32_t found = -1;
    for (int64_t i = 0; i < t->n; i++) mass[m->short_path_of[i]] = 0;
    for (int64_t i = 0; i < t->n; i++)
        if (m->container[i] == body) mass[m->short_path_of[i]] += w->sums[i].of[PROSE];
    for (int64_t i = 0; i < t->n; i++)
        if (m->container[i] == body && w->sums[i].of[PROSE] > 0 && mass[m->short_path_of[i]] > most) {
            most = mass[m->short_path_of[i]];
            found = m->short_path_of[i];
        }
    return found;
}

static void add_body(const struct table *t, struct work *w, struct marks *m)
{
    const int64_t n = t->n, size = t->elements;
    double prose = 0;
    for (int64_t i = 0; i < n; i++) {
        m->own[m->container[i]] += w->sums[i].of[PROSE];
        m->inherited[m->around[i]] += w->sums[i].of[PROSE];
        if (m->container[i] != m->around[i]) m->has_part[m->around[i]] = 1;
        prose += w->sums[i].of[PROSE];
    }
    int64_t body = 0;
    double best = -1;
    for (int64_t e = 0; e < size; e++) {
        const double score = m->own[e] + 0.5 * m->inherited[e] * m->has_part[e];
        if (score > best) {
            best = score;
            body = e;
        }
    }
    const int32_t usual = usual_path(t, w, m, body);
    PUT(IN_BODY, t->element[i] >= body && t->element[i] < t->element_ends[body]);
    PUT(DIRECTLY_IN_BODY, m->container[i] == body);
    PUT(BODY_SHARE, best / (prose > 1 ? prose : 1));
    PUT(LIKE_BODY, m->short_path_of[i] == usual);
    add_body_distance(t, w, body);
    for (int64_t e = body; e; e = up(t, e)) m->way[e] = 1;
    m->way[0] = 1;
    for (int64_t e = 0; e < size; e++) m->branch[e] = m->way[e] || m->way[up(t, e)] ? e : m->branch[up(t, e)];
    for (int64_t i = 0; i < n; i++) w->group[i] = (int32_t)m->branch[t->element[i]];
    find_first(w->group, n, w->first);
    const int64_t *first = w->first;
    const int32_t *group = w->group;
    WIDE(LOG_IN_BRANCH, i - first[group[i]] < FAR ? (double)(i - first[group[i]]) : FAR);
    PUT(BRANCH_HEADING, w->heading[first[group[i]]] && group[i] != t->element[i]);
    PUT(BRANCH_FIRST_LINK_SHARE, w->link[first[group[i]]]);
    emit_numbered(t, w, BRANCH, group, size);
}

static void add_levels(const struct table *t, struct work *w, struct marks *m)
{
    const int64_t n = t->n;
    for (int level = 0; level < LEVELS; level++) {
        for (int64_t i = 0; i < n; i++) w->at[i] = &m->below[m->container[i]];
        emit_group(t, w, CONTAINER_1 + level);
        if (level < 3) {
            const int at = LOG_SIBLINGS_1 + 4 * level;
            for (int64_t i = 0; i < n; i++) w->at[i] = &m->of_siblings[m->sibling[m->part[i]]];
            emit_group(t, w, SIBLINGS_1 + level);
            WIDE(at, (double)m->alike[m->sibling[m->part[i]]]);
            WIDE(at + 1, (double)m->children[m->container[i] + 1]);
            PUT(at + 2, (m->upto[m->part[i]].of[BLOCKS] - m->upto[m->container[i]].of[BLOCKS]) /
                            (m->below[m->container[i]].of[BLOCKS] > 1 ? m->below[m->container[i]].of[BLOCKS] : 1));
            PUT(at + 3, m->depth[m->container[i]]);
        }
        for (int64_t i = 0; i < n; i++) {
            m->part[i] = m->tops[m->container[i]];
            m->container[i] = up(t, m->part[i]);
        }
    }
}

/* The place relative to the main element: the deepest one with a share of the prose. */
static void add_main(const struct table *t, struct work *w, struct marks *m, int which, double share)
{
    const int64_t n = t->n, size = t->elements;
    const int column = which ? UP_TO_MAIN_MOST : UP_TO_MAIN_HALF;
    const double prose = m->below[0].of[PROSE];
    int64_t main = 0, length = 1;
    for (int64_t e = 0; prose > 0 && e < size; e++)
        if (m->below[e].of[PROSE] >= share * prose) main = e;
    memset(m->way, 0, (size_t)size);
    for (int64_t e = main; e; e = up(t, e), length++) m->way[e] = 1;
    for (int64_t e = 1; e < size; e++) {
        const int64_t parent = up(t, e);
        m->common[e] = m->way[e] ? e : m->common[parent];
        m->step[e] = m->step[parent] + (m->way[e] && m->below[e].of[BLOCKS] != m->below[parent].of[BLOCKS]);
    }
    int64_t first = 0, last = n - 1, found = 0;
    for (int64_t i = 0; i < n; i++) {
        if (t->element[i] < main || t->element[i] >= t->element_ends[main]) continue;
        if (!found++) first = i;
        last = i;
    }
    if (!found) last = n - 1;
    PUT(column, m->step[main] - m->step[t->element[i]]);
    WIDE(column + 1, (double)(first > i ? first - i : 0));
    WIDE(column + 2, (double)(i > last ? i - last : 0));
    PUT(column + 3, m->below[main].of[BLOCKS] / (double)n);
    PUT(column + 4, length);
    for (int64_t i = 0; i < n; i++) w->at[i] = &m->below[m->common[t->element[i]]];
    emit_group(t, w, AROUND_HALF + which);
}

static void put_names(const struct table *t, const struct work *w, const struct marks *m, int level)
{
    const int64_t n = t->n;
    const int64_t *at = w->ids;
    const uint8_t *is_there = (const uint8_t *)w->group;
    const int column = NAMES_LEAST_1 + 3 * level;
#define COUNT(i) (m->count[at[i]] > 1 ? m->count[at[i]] : 1)
    PUT(column, m->least[at[i]] * (float)is_there[i]);
    PUT(column + 1, m->total[at[i]] / COUNT(i) * (float)is_there[i]);
    PUT(column + 2, m->most[at[i]] * (float)is_there[i]);
#undef COUNT
}

static void add_names(const struct table *t, struct work *w, struct marks *m)
{
    const int64_t n = t->n, size = t->elements;
    for (int64_t e = 0; e < size; e++) {
        const int64_t tag = t->tag[e];
        m->least[e] = t->odds[tag];
        m->total[e] = t->odds[t->tags + tag];
        m->most[e] = t->odds[2 * t->tags + tag];
        m->count[e] = t->odds[3 * t->tags + tag];
    }
    uint8_t *is_there = (uint8_t *)w->group;
    for (int64_t i = 0; i < n; i++) {
        w->ids[i] = t->element[i];
        is_there[i] = 1;
    }
    for (int level = 0; level < 3; level++) {
        put_names(t, w, m, level);
        for (int64_t i = 0; i < n; i++) {
            is_there[i] = is_there[i] && w->ids[i] > 0;
            w->ids[i] = up(t, w->ids[i]);
        }
    }
    m->total[0] = m->count[0] = 0; /* the root would be counted again in each round */
    for (int left = start_jumps(t, m->jump); left; left = jump_further(m->jump, size))
        for (int64_t e = size - 1; e >= 0; e--) {
            const int64_t to = m->jump[e];
            if (m->least[to] < m->least[e]) m->least[e] = m->least[to];
            if (m->most[to] > m->most[e]) m->most[e] = m->most[to];
            m->total[e] += m->total[to];
            m->count[e] += m->count[to];
        }
    put_names(t, w, m, 3);
}

void add_markup(const struct table *t, struct work *w, struct marks *m)
{
    const int64_t n = t->n;
    find_shapes(t, m);
    add_tags(t, m);
    sum_elements(t, w, m);
    group_paths(t, w, m);
    group_siblings(t, w, m);
    for (int64_t i = 0; i < n; i++) {
        const int64_t e = t->element[i];
        const int is_inner = m->below[e].of[BLOCKS] > 1;
        m->part[i] = is_inner ? e : m->tops[e];
        m->container[i] = is_inner ? e : up(t, m->tops[e]);
        m->around[i] = up(t, m->tops[m->container[i]]);
    }
    add_body(t, w, m);
    add_levels(t, w, m);
    add_main(t, w, m, 0, 0.5);
    add_main(t, w, m, 1, 0.8);
    add_names(t, w, m);
}
