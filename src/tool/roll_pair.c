/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A key and its certificate in files. With one file for both, one rename switches them. Two files
 * need two, and whoever reads them in between finds a key without its certificate. */

#include "roll_pair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "credential.h"
#include "file.h"
#include "key.h"
#include "pem.h"
#include "reason.h"
#include "roll_certificate.h"
#include "roll_file.h"

/* Files of a key: those in use, the next ones, the old ones. */
struct files {
	char key[ROLL_PATH_SIZE];
	char certificate[ROLL_PATH_SIZE]; /* empty: there is none, or it is in the same file */
};

static bool has_own_certificate(const struct roll_key *key)
{
	return key->cert_file != NULL && strcmp(key->cert_file, key->key_file) != 0;
}

/* A path may be a symbolic link to what is replaced. */
static bool resolve(char path[ROLL_PATH_SIZE], const char *of, const char *end,
	char why[DANCE_ERROR_SIZE])
{
	char *real = realpath(of, NULL);
	if (real == NULL) {
		return reason_say(why, "cannot read %.150s: %s", of, strerror(errno));
	}
	bool done = roll_file_path(path, real, end, why);
	free(real);
	return done;
}

static bool files_of(struct files *files, const struct roll_key *key, const char *end,
	char why[DANCE_ERROR_SIZE])
{
	files->certificate[0] = '\0';
	return resolve(files->key, key->key_file, end, why) &&
		(!has_own_certificate(key) ||
			resolve(files->certificate, key->cert_file, end, why));
}

static bool fail(char why[DANCE_ERROR_SIZE], const char *path, const char *reason)
{
	return reason_say(why, "%.120s: %s", path, reason);
}

static const struct {
	const char *label;
	enum key_form form;
} forms[] = {
	{ "PRIVATE KEY", KEY_PKCS8 },
	{ "RSA PRIVATE KEY", KEY_RSA },
	{ "EC PRIVATE KEY", KEY_EC },
};

/* The SPKI of the first private key of a text. NULL, or why there is none. */
static const char *spki_of_key(struct dance_octets text, struct dance_octets *spki)
{
	struct pem_block block;
	const char *why = NULL;
	while (pem_next(&text, &block, &why)) {
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
			struct dance_octets der;
			if (!pem_has_label(&block, forms[i].label)) {
				continue;
			}
			if (pem_is_encrypted(&block)) {
				return "its private key is encrypted";
			}
			if (!pem_decode(&block, &der, &why)) {
				return why;
			}
			bool made = key_spki(forms[i].form, der, spki, &why);
			pem_clear(&der);
			return made ? NULL : why;
		}
	}
	return why != NULL ? why : "it contains no private key that is not encrypted";
}

bool roll_pair_key(const char *path, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE])
{
	struct dance_octets content, spki = { NULL, 0 };
	const char *reason;
	if (!file_read(path, &content, &reason)) {
		return fail(why, path, reason);
	}
	reason = spki_of_key(content, &spki);
	file_clear(&content);
	if (reason == NULL && !roll_certificate_digest(spki, digest)) {
		reason = "its hash cannot be computed";
	}
	pem_clear(&spki);
	return reason == NULL || fail(why, path, reason);
}

bool roll_pair_certificate(const char *path, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE])
{
	struct credential credential;
	char reason[DANCE_ERROR_SIZE] = "its hash cannot be computed";
	bool read = credential_from_file(path, &credential, reason);
	if (read && credential.certificate.size == 0) {
		read = reason_say(reason, "it contains no certificate");
	}
	read = read && roll_certificate_digest(credential.spki, digest);
	credential_clear(&credential);
	return read || fail(why, path, reason);
}

bool roll_pair_in_use(const struct roll_key *key, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE])
{
	char certificate[ROLL_DIGEST_SIZE];
	if (!roll_pair_key(key->key_file, digest, why)) {
		return false;
	}
	if (key->cert_file == NULL) {
		return true;
	}
	return roll_pair_certificate(key->cert_file, certificate, why) &&
		(strcmp(certificate, digest) == 0 ||
			fail(why, key->cert_file,
				"its certificate is not of the key in 'key-file'"));
}

/* Writes a text of the next key: its key, its certificate, or both in one file. */
static bool write_like(const char *path, const char *like, struct dance_octets text,
	char why[DANCE_ERROR_SIZE])
{
	struct stat now;
	if (stat(like, &now) != 0) {
		return fail(why, like, strerror(errno));
	}
	return roll_file_write(path, text, &now, why);
}

static bool make_key(const struct roll_key *key, const struct files *next,
	char why[DANCE_ERROR_SIZE])
{
	struct dance_octets text;
	if (roll_file_exists(next->key)) {
		return true;
	}
	bool both = key->cert_file != NULL && !has_own_certificate(key);
	if (!roll_certificate_new_key(key->algorithm, both ? key->names[0] : NULL, &text,
		    why)) {
		return false;
	}
	bool done = write_like(next->key, key->key_file, text, why);
	file_clear(&text);
	return done;
}

/* Of the key in `from`. */
static bool make_certificate(const struct roll_key *key, const char *from, const char *path,
	char why[DANCE_ERROR_SIZE])
{
	struct dance_octets content, text;
	const char *reason;
	if (!file_read(from, &content, &reason)) {
		return fail(why, from, reason);
	}
	bool done = roll_certificate_of_key(content, key->names[0], &text, why);
	file_clear(&content);
	if (done) {
		done = write_like(path, key->cert_file, text, why);
		file_clear(&text);
	}
	return done;
}

bool roll_pair_make(const struct roll_key *key, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE])
{
	struct files next;
	char certificate[ROLL_DIGEST_SIZE];
	if (!files_of(&next, key, ".next", why) || !make_key(key, &next, why) ||
		!roll_pair_key(next.key, digest, why)) {
		return false;
	}
	if (next.certificate[0] != '\0' && !roll_file_exists(next.certificate) &&
		!make_certificate(key, next.key, next.certificate, why)) {
		return false;
	}
	if (key->cert_file == NULL) {
		return true;
	}
	const char *path = next.certificate[0] != '\0' ? next.certificate : next.key;
	return roll_pair_certificate(path, certificate, why) &&
		(strcmp(certificate, digest) == 0 ||
			fail(why, path, "its certificate is not of the next key"));
}

/* One file: that in use becomes the old one, the next one takes its place. */
static bool replace(const char *path, const char *next, const char *old,
	char why[DANCE_ERROR_SIZE])
{
	return roll_file_link(path, old, why) && roll_file_rename(next, path, why);
}

static bool switch_certificate(const struct roll_key *key, const struct files *now,
	const struct files *next, const struct files *old, const char *wanted,
	char why[DANCE_ERROR_SIZE])
{
	char digest[ROLL_DIGEST_SIZE];
	if (!roll_pair_certificate(now->certificate, digest, why)) {
		return false;
	}
	if (strcmp(digest, wanted) == 0) {
		return true;
	}
	/* The key was switched, and its certificate has gone. */
	if (!roll_file_exists(next->certificate) &&
		!make_certificate(key, now->key, next->certificate, why)) {
		return false;
	}
	return replace(now->certificate, next->certificate, old->certificate, why);
}

bool roll_pair_switch(const struct roll_key *key, const char *current, const char *next,
	char why[DANCE_ERROR_SIZE])
{
	struct files now, coming, old;
	char digest[ROLL_DIGEST_SIZE], made[ROLL_DIGEST_SIZE];
	if (!files_of(&now, key, "", why) || !files_of(&coming, key, ".next", why) ||
		!files_of(&old, key, ".old", why) || !roll_pair_key(now.key, digest, why)) {
		return false;
	}
	if (strcmp(digest, current) == 0) {
		if (!roll_pair_key(coming.key, made, why)) {
			return false;
		}
		if (strcmp(made, next) != 0) {
			return fail(why, coming.key,
				"its key is not the one that was published");
		}
		if (!replace(now.key, coming.key, old.key, why)) {
			return false;
		}
	} else if (strcmp(digest, next) != 0) {
		return fail(why, now.key, "its key is neither the old nor the next one");
	}
	return now.certificate[0] == '\0' ||
		switch_certificate(key, &now, &coming, &old, next, why);
}

static bool delete_files(const struct roll_key *key, const char *end,
	char why[DANCE_ERROR_SIZE])
{
	struct files files;
	return files_of(&files, key, end, why) && roll_file_remove(files.key, why) &&
		(files.certificate[0] == '\0' || roll_file_remove(files.certificate, why));
}

bool roll_pair_delete_next(const struct roll_key *key, char why[DANCE_ERROR_SIZE])
{
	return delete_files(key, ".next", why);
}

bool roll_pair_delete_old(const struct roll_key *key, char why[DANCE_ERROR_SIZE])
{
	return delete_files(key, ".old", why);
}
