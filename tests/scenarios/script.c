#include "tests/scenarios/script.h"

#include <stdio.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Returns the end of the word that starts at `at`, or NULL when something is not closed. */
static const char *end_of_word(const char *at) {
    int depth = 0;
    bool quoted = false;
    for (; *at && (quoted || depth > 0 || !is_blank(*at)); at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (!quoted && (*at == '[' || *at == '{'))
            depth++;
        else if (!quoted && (*at == ']' || *at == '}'))
            depth--;
    }
    return quoted || depth != 0 ? NULL : at;
}

int script_split(const char *text, struct line *out) {
    out->count = 0;
    for (;;) {
        while (is_blank(*text))
            text++;
        if (!*text || *text == '#')
            return 0;
        const char *end = end_of_word(text);
        if (!end || out->count == SCRIPT_WORDS)
            return 1;
        out->words[out->count++] = (struct text){text, (size_t)(end - text)};
        text = end;
    }
}

static bool cut(struct text word, char at, struct text *left, struct text *right) {
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] != at)
            continue;
        *left = (struct text){word.data, i};
        *right = (struct text){word.data + i + 1, word.size - i - 1};
        return true;
    }
    return false;
}

bool script_pair(struct text word, struct text *name, struct text *value) {
    if (!cut(word, '=', name, value))
        return false;
    if (value->size >= 2 && value->data[0] == '"' && value->data[value->size - 1] == '"')
        *value = (struct text){value->data + 1, value->size - 2};
    return true;
}

bool script_colon(struct text word, struct text *left, struct text *right) {
    return cut(word, ':', left, right);
}

bool script_repeat(const char *text, int n, char out[SCRIPT_LINE]) {
    char number[16];
    size_t used = 0, digits = (size_t)snprintf(number, sizeof number, "%d", n);
    while (*text) {
        bool here = strncmp(text, "{n}", 3) == 0;
        size_t size = here ? digits : 1;
        if (used + size >= SCRIPT_LINE)
            return false;
        memcpy(out + used, here ? number : text, size);
        used += size;
        text += here ? 3 : 1;
    }
    out[used] = 0;
    return true;
}
