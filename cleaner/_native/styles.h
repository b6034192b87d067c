/* The rules of style sheets that may hide elements, for cleaner/segment/style_rules.py. */
#ifndef CLEANER_STYLES_H
#define CLEANER_STYLES_H

#include "core.h"

/* The names of elements, each with its sign: a class after a point, an id after #. */
struct names {
    struct name {
        const char *at;
        size_t size;
        char sign;
    } *slots;
    size_t room, used;
    int any; /* every name is known */
};

typedef int rule_found(void *context, const char *selector, size_t selector_size, const char *body, size_t body_size,
                       int applies);

int add_name(struct names *names, char sign, const char *at, size_t size);
size_t without_comments(char *text, size_t size);
int find_rules(const char *text, size_t size, int all_colours, const struct names *names, rule_found *found,
               void *context);

#endif
