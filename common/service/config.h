#ifndef COMMON_SERVICE_CONFIG_H
#define COMMON_SERVICE_CONFIG_H

/*
 * The one file of settings: DIR/latarnia.conf, or the one that --config names. Its keys are the
 * table config.def and nothing else: an unknown section or key, a value out of bounds and a key
 * given twice are problems, told with their line, and then no value counts.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/service/diag.h"

enum { CONFIG_RESTARTS_MAX = 100, CONFIG_PATH_BYTES = 4096, CONFIG_TEXT_BYTES = 400 };

enum config_key {
#define KEY(section, name, kind, least, most, fallback, en, pl) CONFIG_##section##_##name,
#include "common/service/config.def"
#undef KEY
    CONFIG_KEYS
};

enum config_kind { CONFIG_COUNT, CONFIG_PERCENT, CONFIG_BYTES, CONFIG_SPAN, CONFIG_LEVEL };

struct config_entry {
    const char *section, *name;
    enum config_kind kind;
    int64_t least, most, fallback; /* bytes, milliseconds, or the plain number */
    const char *en, *pl;
};

extern const struct config_entry config_entries[CONFIG_KEYS];

struct config {
    char path[CONFIG_PATH_BYTES]; /* "" when there is no file */
    int64_t values[CONFIG_KEYS];
    int lines[CONFIG_KEYS]; /* where the value stands; 0: the default */
};

enum config_fault {
    CONFIG_SYNTAX = 1, /* neither [section] nor key = value, or too long */
    CONFIG_SECTION,    /* no such section */
    CONFIG_KEY,        /* no such key in it */
    CONFIG_TWICE,      /* stood on an earlier line */
    CONFIG_VALUE,      /* not of the key's kind, or out of bounds */
};

struct config_problem {
    const char *path;
    int line;
    enum config_fault fault;
    const char *section, *name, *value;
    const struct config_entry *entry; /* of a known key */
    int earlier;                      /* line, for CONFIG_TWICE */
};

typedef void config_tell_fn(void *context, const struct config_problem *problem);

enum { CONFIG_WRONG = 1 };

/* `file` NULL: DIR/latarnia.conf, and no such file means defaults. 0; CONFIG_WRONG after the
 * problems were told (of lines without any form only the first); -errno. */
int config_read(struct config *c, const char *dir, const char *file, config_tell_fn *tell,
                void *context);

/* "FILE:LINE: what is wrong and what is allowed". */
void config_problem_text(const struct config_problem *p, bool polish, char out[CONFIG_TEXT_BYTES]);

/* A value in the form in which the file has it; what is allowed, in words. */
enum { CONFIG_VALUE_BYTES = 32 };
void config_value_text(const struct config_entry *e, int64_t value, char out[CONFIG_VALUE_BYTES]);
void config_allowed_text(const struct config_entry *e, bool polish, char out[CONFIG_TEXT_BYTES]);

#endif
