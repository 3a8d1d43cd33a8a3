#include "common/service/config.h"

#include <errno.h>
#include <ini.h>
#include <string.h>

#include "common/service/config_value.h"

#define KIB 1024LL
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define TIB (1024 * GIB)
#define SECOND 1000

const struct config_entry config_entries[CONFIG_KEYS] = {
#define KEY(section, name, kind, least, most, fallback, en, pl) \
    [CONFIG_##section##_##name] = {#section, #name, CONFIG_##kind, least, most, fallback, en, pl},
#include "common/service/config.def"
#undef KEY
};

struct reading {
    struct config *config;
    FILE *file;
    config_tell_fn *tell;
    void *context;
    int line, told_line; /* of the line at hand; of the last problem */
    bool wrong;
};

static void tell(struct reading *r, struct config_problem p) {
    if (p.fault == CONFIG_SYNTAX && p.line == r->told_line)
        return; /* the library counts a line that we refused as a mistake of form, too */
    p.path = r->config->path;
    r->wrong = true;
    r->told_line = p.line;
    r->tell(r->context, &p);
}

/* inih does not tell its handler the line, so it is counted where lines are read. A line that is
 * longer than its buffer would be taken for two, and its end for a value: it is cut and refused. */
static char *read_line(char *out, int size, void *stream) {
    struct reading *r = stream;
    int c;
    if (!fgets(out, size, r->file))
        return NULL;
    r->line++;
    if (strchr(out, '\n') || (int)strlen(out) < size - 1)
        return out;
    while ((c = getc(r->file)) != EOF && c != '\n') {
    }
    tell(r, (struct config_problem){.line = r->line, .fault = CONFIG_SYNTAX});
    return out;
}

static const struct config_entry *find(const char *section, const char *name, bool *is_section) {
    *is_section = false;
    for (int i = 0; i < CONFIG_KEYS; i++) {
        if (strcmp(config_entries[i].section, section) != 0)
            continue;
        *is_section = true;
        if (strcmp(config_entries[i].name, name) == 0)
            return &config_entries[i];
    }
    return NULL;
}

static int take(void *user, const char *section, const char *name, const char *value) {
    struct reading *r = user;
    struct config_problem p = {.line = r->line, .section = section, .name = name, .value = value};
    bool is_section;
    p.entry = find(section, name, &is_section);
    if (!p.entry) {
        p.fault = is_section ? CONFIG_KEY : CONFIG_SECTION;
        tell(r, p);
        return 1;
    }
    size_t key = (size_t)(p.entry - config_entries);
    p.earlier = r->config->lines[key];
    if (p.earlier)
        p.fault = CONFIG_TWICE;
    else if (config_value_read(p.entry, value, &r->config->values[key]))
        p.fault = CONFIG_VALUE;
    r->config->lines[key] = r->line;
    if (p.fault)
        tell(r, p);
    return 1;
}

static void set_defaults(struct config *c) {
    for (int i = 0; i < CONFIG_KEYS; i++) {
        c->values[i] = config_entries[i].fallback;
        c->lines[i] = 0;
    }
}

static int read_file(struct reading *r) {
    int bad = ini_parse_stream(read_line, r, take, r);
    if (bad < 0 || ferror(r->file))
        return -EIO;
    if (bad > 0) /* the line that the library could not read: ours counts the same lines */
        tell(r, (struct config_problem){.line = bad, .fault = CONFIG_SYNTAX});
    return r->wrong ? CONFIG_WRONG : 0;
}

int config_read(struct config *c, const char *dir, const char *file, config_tell_fn *tell_fn,
                void *context) {
    struct reading r = {.config = c, .tell = tell_fn, .context = context};
    set_defaults(c);
    int size = file ? snprintf(c->path, sizeof c->path, "%s", file)
                    : snprintf(c->path, sizeof c->path, "%s/latarnia.conf", dir);
    if (size < 0 || (size_t)size >= sizeof c->path)
        return -ENAMETOOLONG;
    r.file = fopen(c->path, "re");
    if (!r.file) {
        int error = errno;
        bool is_absent = !file && (error == ENOENT || error == ENOTDIR);
        if (is_absent)
            c->path[0] = 0;
        return is_absent ? 0 : -error;
    }
    int result = read_file(&r);
    fclose(r.file);
    if (result)
        set_defaults(c);
    return result;
}
