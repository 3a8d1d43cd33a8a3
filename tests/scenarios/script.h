#ifndef TESTS_SCENARIOS_SCRIPT_H
#define TESTS_SCENARIOS_SCRIPT_H

/*
 * Lines of a scenario as words. A word ends at a blank outside of quotes, brackets and braces, so
 * that JSON and "two words" stay whole; `#` at the beginning of a word starts a comment.
 */
#include "common/base/view.h"

enum { SCRIPT_WORDS = 64, SCRIPT_LINE = 4096 };

struct line {
    int number;
    struct text words[SCRIPT_WORDS];
    size_t count;
};

/* 0; 1 when there are too many words or something is not closed. The words point into `text`. */
int script_split(const char *text, struct line *out);

/* "worker=LS1" to "worker" and "LS1", a quoted value without its quotes; false without '='. */
bool script_pair(struct text word, struct text *name, struct text *value);

/* "Case:C1" to "Case" and "C1"; false without ':'. */
bool script_colon(struct text word, struct text *left, struct text *right);

/* Replaces every {n} by the number; false when the line gets too long. */
bool script_repeat(const char *text, int n, char out[SCRIPT_LINE]);

#endif
