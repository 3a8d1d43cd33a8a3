/* What follow.c and send.c share: one request and its answer. Plain ZeroMQ and msgpack-c. */
#include <msgpack.h>
#include <zmq.h>

/* Sends it, waits up to two seconds longer than the eventlog may; [type, {number: value}], or NULL.
 */
static msgpack_object *ask(void *socket, msgpack_sbuffer *request, msgpack_unpacked *answer) {
    static char body[1 << 20]; /* no frame is longer */
    static uint64_t asked;
    uint64_t got = 0;
    int size = 0;
    zmq_pollitem_t in = {socket, 0, ZMQ_POLLIN, 0};
    asked++;
    zmq_send(socket, &asked, sizeof asked, ZMQ_SNDMORE);
    zmq_send(socket, request->data, request->size, 0);
    while (got != asked &&
           zmq_poll(&in, 1, 3000) > 0) { /* answers of earlier requests are dropped */
        size = zmq_recv(socket, body, sizeof body, 0);
        memcpy(&got, body, sizeof got);
    }
    msgpack_unpacked_init(answer);
    /* The answer behind the correlation and the byte that says whether another one follows. */
    if (got != asked || msgpack_unpack_next(answer, body + 9, (size_t)size - 9, NULL) <= 0)
        return NULL;
    return answer->data.via.array.ptr;
}

/* The value of a field, nil when it is absent. */
static msgpack_object field(msgpack_object map, uint64_t number) {
    for (uint32_t i = 0; i < map.via.map.size; i++)
        if (map.via.map.ptr[i].key.via.u64 == number)
            return map.via.map.ptr[i].val;
    return (msgpack_object){.type = MSGPACK_OBJECT_NIL};
}
