/* Makes a projector of another version: its open cases are only those that have a guide. */
#include "daemons/projector/definitions.h"

bool __real_is_guided(const struct support_case *c);
bool __wrap_is_guided(const struct support_case *c);

bool __wrap_is_guided(const struct support_case *c) {
    return __real_is_guided(c) && !id_is_zero(c->keeper);
}
