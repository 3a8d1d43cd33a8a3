/* What follow.c and send.c share, in plain ZeroMQ and msgpack-c: a socket, a request in the making,
 * its answer, and looking into it. A program uses what it needs of it. */
#include <msgpack.h>
#include <unistd.h>
#include <zmq.h>

static inline void *connect_to(const char *data, const char *process) {
    char path[300];
    void *socket = zmq_socket(zmq_ctx_new(), ZMQ_DEALER);
    snprintf(path, sizeof path, "ipc://%s/run/%s.sock", data, process);
    return zmq_connect(socket, path) ? NULL : socket;
}

/* [type, {…}] with so many fields, which follow in the order of their numbers. */
static inline msgpack_packer begin(msgpack_sbuffer *out, int type, size_t fields) {
    msgpack_packer p = {out, msgpack_sbuffer_write};
    msgpack_pack_array(&p, 2), msgpack_pack_int(&p, type), msgpack_pack_map(&p, fields);
    return p;
}

static inline void put_number(msgpack_packer *p, int number, uint64_t value) {
    msgpack_pack_int(p, number), msgpack_pack_uint64(p, value);
}

static inline void put_bytes(msgpack_packer *p, int number, const void *bytes, size_t size) {
    msgpack_pack_int(p, number), msgpack_pack_bin(p, size), msgpack_pack_bin_body(p, bytes, size);
}

static inline void put_id(msgpack_packer *p, int number, const char *uuid) {
    unsigned char id[16];
    for (int i = 0; i < 16; uuid += 2, i++)
        sscanf(uuid += *uuid == '-', "%2hhx", &id[i]);
    put_bytes(p, number, id, sizeof id);
}

/* Sends it and waits longer than the eventlog may: [type, {number: value}], or NULL. An answer is the
 * correlation, a byte that says whether another one follows, and the message. */
static inline msgpack_object *ask(void *socket, const msgpack_sbuffer *request, msgpack_unpacked *answer) {
    static char body[1 << 20]; /* no frame is longer */
    static uint64_t asked;
    uint64_t got = 0;
    int size = 0;
    zmq_pollitem_t in = {socket, 0, ZMQ_POLLIN, 0};
    asked++;
    zmq_send(socket, &asked, sizeof asked, ZMQ_SNDMORE);
    zmq_send(socket, request->data, request->size, 0);
    while (got != asked && zmq_poll(&in, 1, 3000) > 0) { /* answers of earlier requests are dropped */
        size = zmq_recv(socket, body, sizeof body, 0);
        memcpy(&got, body, sizeof got);
    }
    msgpack_unpacked_init(answer);
    if (got != asked || msgpack_unpack_next(answer, body + 9, (size_t)size - 9, NULL) <= 0)
        return NULL;
    return answer->data.via.array.ptr;
}

/* The value of a field, nil when it is absent. */
static inline msgpack_object field(msgpack_object map, uint64_t number) {
    for (uint32_t i = 0; i < map.via.map.size; i++)
        if (map.via.map.ptr[i].key.via.u64 == number)
            return map.via.map.ptr[i].val;
    return (msgpack_object){.type = MSGPACK_OBJECT_NIL};
}

/* Of an item of FeedPage: {1: bin [{1: position, …}, said, payload]}. */
static inline unsigned long position_of(msgpack_object item) {
    msgpack_object_bin record = field(item, 1).via.bin;
    msgpack_unpacked u = {0};
    int bad = msgpack_unpack_next(&u, record.ptr, record.size, NULL) <= 0;
    unsigned long position = bad ? 0 : field(u.data.via.array.ptr[0], 1).via.u64;
    msgpack_unpacked_destroy(&u);
    return position;
}
