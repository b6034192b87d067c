/* The trees of the scorer, and what contributes most to its decisions: cleaner/scorer/model.py. */
#include <math.h>

#include "core.h"

#define LANES 16 /* blocks that go through a tree together: _LANES in cleaner/scorer/model.py */

EXPORT const char *cleaner_digest(void) { return CLEANER_DIGEST; }

struct node {
    uint32_t row; /* where the values of its feature begin: its number times LANES */
    float bound;
};

/* Sends LANES blocks through one tree; x has the values of each feature for all lanes next to each other. */
static inline void walk(const float *x, const struct node *tree, int64_t depth, size_t *place)
{
    for (int k = 0; k < LANES; k++) place[k] = 1;
    for (int64_t level = 0; level < depth; level++)
        for (int k = 0; k < LANES; k++) {
            const struct node at = tree[place[k]];
            place[k] = 2 * place[k] + ((x + k)[at.row] > at.bound);
        }
}

/* Adds up the leaves that each block reaches, tree by tree.
 *
 * The trees are complete, of the same depth, one after the other: place p of a tree has its children at 2p and 2p + 1,
 * the root is at 1. A tree has 2^depth nodes (place 0 is unused) and 2^depth leaves. values has shape
 * (features, blocks). Returns 0, or NO_MEMORY. */
EXPORT int64_t cleaner_trees(const float *values, int64_t features, int64_t blocks, const struct node *nodes,
                             const float *leaves, int64_t trees, int64_t depth, float *sums)
{
    const size_t places = (size_t)1 << depth;
    float *x = malloc((size_t)features * LANES * sizeof *x);
    if (!x) return NO_MEMORY;
    for (int64_t first = 0; first < blocks; first += LANES) {
        const int64_t lanes = blocks - first < LANES ? blocks - first : LANES;
        for (int64_t f = 0; f < features; f++)
            for (int64_t k = 0; k < LANES; k++)
                x[f * LANES + k] = values[f * blocks + first + (k < lanes ? k : 0)];
        float total[LANES];
        for (int64_t t = 0; t < trees; t++) {
            const struct node *tree = nodes + (size_t)t * places;
            const float *leaf = leaves + (size_t)t * places;
            size_t place[LANES];
            if (depth == 7) walk(x, tree, 7, place); /* the shipped models: the compiler unrolls the loop */
            else walk(x, tree, depth, place);
            for (int k = 0; k < LANES; k++) {
                const float at = leaf[place[k] - places];
                total[k] = t ? total[k] + at : at;
            }
        }
        memcpy(sums + first, total, (size_t)lanes * sizeof *sums);
    }
    free(x);
    return 0;
}

#define FARTHEST 5.0f /* standard deviations */

struct feature {
    int32_t number;
    float value;
};

/* For each of the blocks that are chosen, the two features that contribute most to its decision, the most first.
 * values has shape (features, blocks). weights has the mean of each feature, its scale, and its direction. What is
 * silent says nothing if it is 0. There is room for two contributions of each block in most. Returns 0, or BAD_INPUT. */
EXPORT int64_t cleaner_reasons(const float *values, int64_t features, int64_t blocks, const float *weights,
                               const uint8_t *is_silent, const int64_t *chosen, int64_t count,
                               const uint8_t *is_content, struct feature *found, float *most)
{
    const float *mean = weights, *scale = mean + features, *direction = scale + features;
    for (int64_t k = 0; k < count; k++) {
        if (chosen[k] < 0 || chosen[k] >= blocks) return BAD_INPUT;
        const struct feature first = {0, values[chosen[k]]};
        found[2 * k] = found[2 * k + 1] = first;
        most[2 * k] = most[2 * k + 1] = -INFINITY;
    }
    for (int64_t f = 0; f < features; f++)
        for (int64_t k = 0; k < count; k++) {
            const struct feature new = {(int32_t)f, values[f * blocks + chosen[k]]};
            if (is_silent[f] && new.value == 0) continue;
            float weight = (new.value - mean[f]) / scale[f];
            weight = (weight < -FARTHEST ? -FARTHEST : weight > FARTHEST ? FARTHEST : weight) * direction[f];
            if (!is_content[chosen[k]]) weight = -weight;
            if (weight <= most[2 * k + 1]) continue;
            const int is_first = weight > most[2 * k];
            if (is_first) {
                found[2 * k + 1] = found[2 * k];
                most[2 * k + 1] = most[2 * k];
            }
            found[2 * k + !is_first] = new;
            most[2 * k + !is_first] = weight;
        }
    return 0;
}
