#ifndef COMMON_CODEC_RENDER_H
#define COMMON_CODEC_RENDER_H

/*
 * Messages as people and other programs write them: JSON both ways and `field=value`, read from the
 * schema tables alone.
 *
 *   id     "0190…"  UUID; when reading also a name, if the caller resolves names
 *   day    "2017-03-15"          time   "2017-03-15T09:00:00.000000Z"
 *   money  "1234.50"             ratio  0.375, at most six decimals
 *   code   its name              flag   true or false
 *   blob   base64                list   array of objects
 *
 * An absent field has no key; null reads as absent. A sealed field is never shown and never taken.
 */
#include <jansson.h>

#include "common/base/arena.h"
#include "common/codec/schema.h"

/* Dump with these, so that 0.1 stays 0.1. */
#define RENDER_DUMP (JSON_COMPACT | JSON_REAL_PRECISION(15))

/* How codes are worded: by name for programs, in a language for people. */
enum render_words { RENDER_NAMES, RENDER_EN, RENDER_PL };

/* Fields of a higher class are left out. NULL when memory is exhausted. */
json_t *render_json(const struct schema *schema, const void *message, enum render_words words,
                    enum class highest);

/* What went wrong: "goals[2].domain: expected one of debt, work; got 'house'". */
struct render_fault {
    const struct field *field; /* innermost, or NULL */
    char path[96], reason[192];
};

enum { RENDER_FAULT_SIZE = 320 };
void render_fault_text(const struct render_fault *fault, char out[RENDER_FAULT_SIZE]);

/* What the caller knows and the schema does not; any member may be NULL. */
struct render_names {
    /* An id by a name that is no UUID: 0, or 1 when nobody is called so. */
    int (*id)(void *context, const struct field *field, struct text name, struct id *out);
    /* The bytes of a blob that is given as a JSON object: 0, or 1 with a reason in the fault. */
    int (*blob)(void *context, const struct field *field, json_t *value, struct arena *arena,
                struct bytes *out, struct render_fault *fault);
    void *context;
};

/* `out` is schema->size bytes, zeroed here; texts and lists live in the arena. 0, or 1 and a fault.
 * What is accepted is accepted by codec_encode. */
int render_from_json(const struct schema *schema, json_t *object, struct arena *arena,
                     const struct render_names *names, void *out, struct render_fault *fault);

/* A message that is filled in field by field, from a command line or a row of a table. */
struct render_form {
    const struct schema *schema;
    struct arena *arena;
    const struct render_names *names;
    void *message;  /* schema->size bytes, zeroed by render_form_init */
    uint64_t given; /* bit number - 1 of the fields that were set */
};

void render_form_init(struct render_form *form, const struct schema *schema, struct arena *arena,
                      const struct render_names *names, void *message);

/* A list is given as a JSON array. A field cannot be given twice. */
int render_set_field(struct render_form *form, struct text name, struct text value,
                     struct render_fault *fault);

/* Is a required field still missing? */
int render_complete(const struct render_form *form, struct render_fault *fault);

#endif
