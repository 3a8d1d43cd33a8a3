/*
 * frozen FILE: refuses every change of what has been published (schemas/frozen.txt).
 * frozen --add FILE: publishes what is new; what was published stays as it stands.
 * frozen --selftest FILE: changes each published line in each forbidden way and must refuse it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "tests/golden/lines.h"

struct parts {
    char owner[64], name[64], kind[80], presence[16];
    unsigned number, class;
};

static bool split_field(const char *text, struct parts *p) {
    return sscanf(text, "field %63s %u %63s %79s %15s P%u", p->owner, &p->number, p->name, p->kind,
                  p->presence, &p->class) == 6;
}

/* "int(1..5)" is wider than "int(1..4)"; without bounds both must be the same. */
static bool is_kind_kept(const char *was, const char *is) {
    size_t head = strcspn(was, "(") + 1;
    int64_t low_was = 0, high_was = 0, low_is = 0, high_is = 0;
    const char *dots_was = strstr(was, ".."), *dots_is = strstr(is, "..");
    if (!strcmp(was, is))
        return true;
    if (!dots_was || !dots_is || strncmp(was, is, head) != 0)
        return false;
    bool is_int = !strncmp(was, "int(", 4);
    if (!is_int && (dots_was - was != dots_is - is || strncmp(was, is, (size_t)(dots_was - was))))
        return false; /* another record */
    if (is_int) {
        low_was = strtoll(was + head, NULL, 10);
        low_is = strtoll(is + head, NULL, 10);
    }
    high_was = strtoll(dots_was + 2, NULL, 10);
    high_is = strtoll(dots_is + 2, NULL, 10);
    return low_is <= low_was && high_is >= high_was;
}

/* Bounds may widen and a class may rise: nobody is then shown more than before. */
static bool is_kept(const char *was, const char *is) {
    struct parts a, b;
    if (!strcmp(was, is))
        return true;
    if (!split_field(was, &a) || !split_field(is, &b))
        return false;
    return !strcmp(a.name, b.name) && !strcmp(a.presence, b.presence) && b.class >= a.class &&
           is_kind_kept(a.kind, b.kind);
}

/* One comparison of what was published with what is compiled in. */
struct review {
    const struct lines *frozen, *now;
    bool is_quiet;
    size_t refused, added;
};

static void refuse(struct review *r, const char *what, const char *was, const char *is) {
    r->refused++;
    if (!r->is_quiet)
        fprintf(stderr, "%s\n  published: %s\n  now:       %s\n", what, was, is);
}

static void review_published(struct review *r) {
    for (size_t i = 0; i < r->frozen->count; i++) {
        const char *was = r->frozen->items[i].text;
        const struct line *is = lines_same_thing(r->now, was);
        if (!is)
            refuse(r, "a published entry is gone", was, "(nothing)");
        else if (!is_kept(was, is->text))
            refuse(r, "a published entry may not change: add a new one", was, is->text);
    }
}

static bool is_owner_published(const struct lines *frozen, const char *owner) {
    char field[LINE_BYTES];
    for (unsigned number = 1; number <= 64; number++) {
        snprintf(field, sizeof field, "field %s %u", owner, number);
        if (lines_same_thing(frozen, field))
            return true;
    }
    return false;
}

/* New: a message, a code, or an optional field; old bytes then still mean the same. */
static void review_new(struct review *r) {
    for (size_t i = 0; i < r->now->count; i++) {
        const char *is = r->now->items[i].text;
        struct parts p;
        if (lines_same_thing(r->frozen, is))
            continue;
        r->added++;
        if (split_field(is, &p) && !strcmp(p.presence, "required") &&
            is_owner_published(r->frozen, p.owner))
            refuse(r, "a new field of a published message must be optional", "(nothing)", is);
    }
}

static void review_all(struct review *r) {
    review_published(r);
    review_new(r);
}

/* ---- the check of the check ---- */

enum { WAYS = 4 };

static void change(const struct parts *p, unsigned way, char out[LINE_BYTES]) {
    struct parts c = *p;
    if (way == 0)
        c.number = 63; /* another key on the wire */
    else if (way == 1)
        strcpy(c.name, "renamed");
    else if (way == 2)
        strcpy(c.kind, strcmp(p->kind, "money") ? "money" : "time");
    else
        strcpy(c.presence, p->presence[0] == 'r' ? "optional" : "required");
    snprintf(out, LINE_BYTES, "field %s %u %s %s %s P%u", c.owner, c.number, c.name, c.kind,
             c.presence, c.class);
}

static bool is_refused(const struct lines *frozen, struct lines *now, size_t at, unsigned way,
                       const struct parts *p) {
    struct line kept = now->items[at];
    struct review r = {.frozen = frozen, .now = now, .is_quiet = true};
    char changed[LINE_BYTES];
    change(p, way, changed);
    lines_set(now, at, changed);
    review_all(&r);
    now->items[at] = kept;
    return r.refused > 0;
}

static int selftest(const struct lines *frozen, struct lines *now) {
    size_t tried = 0, refused = 0;
    for (size_t i = 0; i < now->count; i += 1 + now->count / 40) {
        struct parts p;
        if (!split_field(now->items[i].text, &p))
            continue;
        for (unsigned way = 0; way < WAYS; way++, tried++)
            refused += is_refused(frozen, now, i, way, &p);
    }
    printf("%zu forbidden changes, %zu refused\n", tried, refused);
    return tried == 0 || refused != tried;
}

/* ---- what is asked ---- */

static int check(const struct review *r) {
    if (!r->refused && r->added)
        fprintf(stderr, "%zu entries are new; publish them with: frozen --add FILE\n", r->added);
    printf("%zu published entries, %zu new, %zu refused\n", r->frozen->count, r->added, r->refused);
    return r->refused || r->added;
}

static int run(const char *option, const char *path, struct lines *frozen, struct lines *now) {
    struct review r = {.frozen = frozen, .now = now};
    bool is_adding = !strcmp(option, "--add");
    int failed = lines_read(frozen, path);
    if (failed && !(is_adding && failed == -ENOENT))
        return fprintf(stderr, "%s: %s\n", path, strerror(-failed)), 1;
    lines_of_schemas(now);
    review_all(&r);
    if (is_adding && !r.refused)
        return lines_write(now, path) != 0;
    return !strcmp(option, "--selftest") && !r.refused ? selftest(frozen, now) : check(&r);
}

int main(int argc, char **argv) {
    struct lines frozen = {0}, now = {0};
    if (argc != 2 && argc != 3)
        return fprintf(stderr, "usage: frozen [--add|--selftest] FILE\n"), 100;
    int failed = run(argc == 3 ? argv[1] : "", argv[argc - 1], &frozen, &now);
    lines_free(&frozen);
    lines_free(&now);
    return failed;
}
