#include "common/eventlog/order.h"

int order_fd(struct order *o) {
    return o->engine->fd(o);
}

int order_lead(struct order *o, const struct order_point *own) {
    return o->engine->lead(o, own);
}

int order_submit(struct order *o, const struct order_commit *c) {
    return o->engine->submit(o, c);
}

int order_next(struct order *o, struct order_commit *c) {
    return o->engine->next(o, c);
}

void order_settle(struct order *o, const struct order_point *held) {
    o->engine->settle(o, held);
}

void order_state(struct order *o, struct order_state *out) {
    o->engine->state(o, out);
}

void order_close(struct order *o) {
    if (o)
        o->engine->close(o);
}
