#ifndef TOOLS_LATARNIA_COMMAND_H
#define TOOLS_LATARNIA_COMMAND_H

/*
 * Commands as people write them: JSON objects (README.md "A command in JSON") and the parts of a
 * command line, to struct Command of schemas/bus.def. Used by send and by import.
 *
 * Everything borrowed in the result lives in the arena; a command needs at most 192 KiB of it.
 */
#include "common/codec/render.h"
#include "common/messages/bus.h"

enum { COMMAND_ARENA_BYTES = 256 * 1024 };

/* 0, or 1 and a fault that names the member ("fields.worker: expected an id ..."). A command
 * without an id gets a new one. */
int command_from_json(json_t *object, struct arena *arena, struct Command *out,
                      struct render_fault *fault);

/* The same without "fields", and without the payload of the result. */
int command_head_from_json(json_t *object, struct arena *arena, struct Command *out,
                           struct render_fault *fault);

/* render_set_field, and where a blob is given as {"LsAssigned": {...}} its bytes. */
int command_set_field(struct render_form *form, struct text name, struct text value,
                      struct render_fault *fault);

/* The parts; each 0, or 1 with a fault. */
int command_set_name(struct Command *c, struct text name, struct render_fault *fault);
int command_set_stream(struct Command *c, struct text stream, struct render_fault *fault);
int command_set_actor(struct Command *c, struct text role_and_actor, struct render_fault *fault);
int command_set_payload(struct Command *c, const void *payload, struct arena *arena,
                        struct render_fault *fault);
int command_set_role(int32_t *role, struct text name, struct render_fault *fault);

/* A UUID, or a printed key "space/name" such as building/B003. */
int command_read_id(struct text text, struct id *out);
/* The names that fields of a payload may use: printed keys, and an object
 * {"LsAssigned": {...}} where a blob holds the payload of an event (EntryCorrected). */
extern const struct render_names command_names;

/* A reason as JSON text. It may quote what is no UTF-8; the row's refusal must be told all the same. */
json_t *command_reason(const char *reason);

/* A new command id, version 7. */
struct id command_new_id(void);

/* "intake" ...: who decides; NULL when the stream belongs to nobody. */
const char *command_daemon(const struct Command *c);

#endif
