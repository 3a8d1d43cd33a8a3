#include "common/eventlog/place.h"

#include "common/base/ensure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* statfs(2) magic numbers. LMDB's locks and our flushes do not hold on these. */
static const struct {
    unsigned long magic;
    int verdict;
} file_systems[] = {
    {0x6969, PLACE_UNTRUSTED},     /* nfs */
    {0xff534d42, PLACE_UNTRUSTED}, /* cifs */
    {0xfe534d42, PLACE_UNTRUSTED}, /* smb2 */
    {0x517b, PLACE_UNTRUSTED},     /* smb */
    {0x65735546, PLACE_UNTRUSTED}, /* fuse */
    {0x01021997, PLACE_UNTRUSTED}, /* 9p */
    {0x00c36400, PLACE_UNTRUSTED}, /* ceph */
    {0x5346414f, PLACE_UNTRUSTED}, /* afs */
    {0x786f4256, PLACE_UNTRUSTED}, /* vboxsf */
    {0x794c7630, PLACE_OVERLAY},   /* overlay */
};

int place_open(const char *path, bool make) {
    if (make && mkdir(path, 0700) != 0 && errno != EEXIST)
        return -errno;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int place_lock(int dir_fd) {
    int fd = openat(dir_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    int r = -errno;
    close(fd);
    return r;
}

int place_check(int dir_fd) {
    struct statfs fs;
    if (fstatfs(dir_fd, &fs) != 0)
        return -errno;
    unsigned long magic = (unsigned long)fs.f_type & 0xffffffffUL;
    for (size_t i = 0; i < sizeof file_systems / sizeof *file_systems; i++)
        if (file_systems[i].magic == magic)
            return file_systems[i].verdict;
    return 0;
}

int place_space(int dir_fd, uint64_t *all, uint64_t *free_bytes) {
    struct statvfs fs;
    if (fstatvfs(dir_fd, &fs) != 0)
        return -errno;
    *all = (uint64_t)fs.f_blocks * fs.f_frsize;
    *free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    return 0;
}

int place_flush(int fd) {
    int r;
    do
        r = fsync(fd);
    while (r != 0 && errno == EINTR);
    return r ? -errno : 0;
}

int place_flush_data(int fd) {
    int r;
    do
        r = fdatasync(fd);
    while (r != 0 && errno == EINTR);
    return r ? -errno : 0;
}

int place_write(int fd, const void *data, size_t size, uint64_t offset) {
    const uint8_t *at = data;
    while (size > 0) {
        ssize_t n = pwrite(fd, at, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 ? -EIO : -errno;
        at += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return 0;
}

int place_write_zeros(int fd, uint64_t offset, uint64_t size) {
    static const uint8_t zeros[256 * 1024];
    while (size > 0) {
        size_t n = size < sizeof zeros ? (size_t)size : sizeof zeros;
        int r = place_write(fd, zeros, n, offset);
        if (r)
            return r;
        offset += n;
        size -= n;
    }
    return 0;
}

int place_read(int fd, void *data, size_t size, uint64_t offset) {
    uint8_t *at = data;
    while (size > 0) {
        ssize_t n = pread(fd, at, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 ? PLACE_SHORT : -errno;
        at += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return 0;
}

int place_rename(int dir_fd, const char *from, const char *to) {
    return renameat(dir_fd, from, dir_fd, to) != 0 ? -errno : place_flush(dir_fd);
}

static int write_whole(int dir_fd, const char *name, const void *data, size_t size, int flags) {
    int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
    if (fd < 0)
        return -errno;
    int r = place_write(fd, data, size, 0);
    if (!r)
        r = place_flush(fd);
    close(fd);
    return r;
}

int place_put(int dir_fd, const char *name, const void *data, size_t size, bool exclusive) {
    char fresh[64];
    int r;
    if (exclusive) {
        r = write_whole(dir_fd, name, data, size, O_EXCL);
        return r ? r : place_flush(dir_fd);
    }
    int length = snprintf(fresh, sizeof fresh, "%s.new", name);
    ensure(length > 0 && (size_t)length < sizeof fresh);
    r = write_whole(dir_fd, fresh, data, size, O_TRUNC);
    return r ? r : place_rename(dir_fd, fresh, name);
}

int place_get(int dir_fd, const char *name, void *data, size_t *size) {
    struct stat st;
    int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC), r = 0;
    if (fd < 0)
        return -errno;
    if (fstat(fd, &st) != 0)
        r = -errno;
    else if ((uint64_t)st.st_size > *size)
        r = PLACE_SHORT;
    else
        r = place_read(fd, data, *size = (size_t)st.st_size, 0);
    close(fd);
    return r;
}
