#include "tools/latarnia/rows.h"

#include "common/messages/views.h"

typedef const struct schema *schema_fn(void);

#include "common/codec/schema_list.h"
#undef RECORD
#define RECORD(name, en) name##_schema,
static schema_fn *const rows[] = {
#include "schemas/views.def"
};
#include "common/codec/schema_end.h"

const struct schema *row_schema(struct text name) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_is(name, rows[i]()->about->name))
            return rows[i]();
    return NULL;
}
