#include "tools/latarnia/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static int path_of(const char *dir, const char *name, char out[PATH_BYTES]) {
    int size = snprintf(out, PATH_BYTES, "%s/%s", dir, name);
    return size < 0 || size >= PATH_BYTES ? -ENAMETOOLONG : 0;
}

static int make_dir(const char *path) {
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -errno;
}

int claim_make_dirs(const char *dir) {
    char run[PATH_BYTES];
    int r = path_of(dir, "run", run);
    if (!r)
        r = make_dir(dir);
    return r ? r : make_dir(run);
}

static struct flock whole_file(void) {
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

static pid_t ask_holder(int fd) {
    struct flock lock = whole_file();
    if (fcntl(fd, F_GETLK, &lock))
        return -errno;
    return lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

static int write_pid(int fd) {
    char line[32];
    int size = snprintf(line, sizeof line, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) || pwrite(fd, line, (size_t)size, 0) != size)
        return -errno;
    return 0;
}

static int lock(int fd, pid_t *holder) {
    struct flock wanted = whole_file();
    if (fcntl(fd, F_SETLK, &wanted) == 0)
        return write_pid(fd);
    if (errno != EACCES && errno != EAGAIN)
        return -errno;
    *holder = ask_holder(fd);
    return CLAIM_TAKEN;
}

int claim_take(const char *dir, int *fd, pid_t *holder) {
    char path[PATH_BYTES];
    int r = path_of(dir, "run/up.pid", path);
    if (r)
        return r;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0)
        return -errno;
    r = lock(*fd, holder);
    if (r)
        close(*fd);
    return r;
}

pid_t claim_holder(const char *dir) {
    char path[PATH_BYTES];
    int r = path_of(dir, "run/up.pid", path);
    int fd = r ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return r ? r : errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
    pid_t holder = ask_holder(fd);
    close(fd);
    return holder;
}
