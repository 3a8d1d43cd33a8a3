#include "tools/latarnia/cloudevent.h"

#include "common/codec/render.h"
#include "common/messages/attributes.h"

json_t *cloudevent(const struct record *r) {
    struct attributes a;
    json_t *o = json_object();
    json_t *data = render_json(r->schema, r->payload, RENDER_NAMES, CLASS_P3);
    attributes_of(r, &a);
    for (size_t i = 0; i < a.count; i++)
        json_object_set_new(o, a.items[i].name,
                            json_stringn(a.items[i].value.data, a.items[i].value.size));
    json_object_set_new(o, "datacontenttype", json_string("application/json"));
    if (json_object_set_new(o, "data", data) == 0)
        return o;
    json_decref(o);
    return NULL;
}

json_t *cloudevent_record(const struct record *r) {
    return json_pack("{s:I, s:o, s:o, s:s, s:s, s:o}", "position", (json_int_t)r->log.position,
                     "log", render_json(log_part_schema(), &r->log, RENDER_NAMES, CLASS_P3),
                     "said", render_json(said_schema(), &r->said, RENDER_NAMES, CLASS_P3),
                     "category", attributes_category(&r->said), "type", r->schema->about->name,
                     "payload", render_json(r->schema, r->payload, RENDER_NAMES, CLASS_P3));
}
