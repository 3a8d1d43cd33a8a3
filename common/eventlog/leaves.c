#include "common/eventlog/leaves.h"

#include "common/base/ensure.h"
#include "common/eventlog/place.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int leaves_open(struct leaves *l, int dir_fd, bool make) {
    int flags = make ? O_RDWR | O_CREAT : O_RDONLY;
    l->fd = openat(dir_fd, "leaves", flags | O_CLOEXEC, 0600);
    return l->fd < 0 ? -errno : 0;
}

void leaves_close(struct leaves *l) {
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
}

int leaves_write(struct leaves *l, uint64_t first, uint32_t count, const uint8_t *hashes) {
    ensure(first > 0);
    return place_write(l->fd, hashes, (size_t)count * SHA256_SIZE, (first - 1) * SHA256_SIZE);
}

int leaves_read(struct leaves *l, uint64_t first, uint32_t count, uint8_t (*out)[SHA256_SIZE]) {
    ensure(first > 0);
    return place_read(l->fd, out, (size_t)count * SHA256_SIZE, (first - 1) * SHA256_SIZE);
}
