/*
 * A few entries were wrong: made twice, or with a wrong sum or day. They are voided or corrected some
 * days later by new entries (A51); what was known in between stays visible.
 */
#include <stdio.h>

#include "tools/latarnia/simulate.h"

struct mistake {
    struct voice by;
    const char *category;
    struct id stream, command;
    civil_day right_day;
    char right[400]; /* empty: void */
};

static void put_right(struct sim *s, void *subject) {
    const struct mistake *m = subject;
    struct voice by = m->by.role == ROLE_COORD ? coordinator(s) : m->by;
    if (m->right[0])
        say_correction(s, by, m->category, m->stream, m->command, m->right_day, m->right);
    else
        say_void(s, by, m->category, m->stream, m->command, "duplicate");
}

static struct mistake *notice(struct sim *s, struct voice by, const char *category,
                              struct id stream, struct id command) {
    struct mistake *m = owned(s, sizeof *m);
    *m = (struct mistake){by, category, stream, command, s->today, ""};
    plan_in(s, 1, 9, put_right, m);
    return m;
}

void void_soon(struct sim *s, struct voice by, const char *category, struct id stream,
               struct id command) {
    notice(s, by, category, stream, command);
}

void correct_soon(struct sim *s, struct voice by, const char *category, struct id stream,
                  struct id command, civil_day right_day, const char *right) {
    struct mistake *m = notice(s, by, category, stream, command);
    m->right_day = right_day;
    snprintf(m->right, sizeof m->right, "%s", right);
}
