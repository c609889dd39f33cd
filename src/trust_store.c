/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reading a file of CA certificates, once for all who want the same. path_build.c knows how they
 * are used. */

#include "trust_store.h"

#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "name_hash.h"

#define BUCKETS 256

LIST_HEAD(trust_list, dance_trust);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct trust_list shared[BUCKETS]; /* by their paths */

static struct dance_trust *fail(const char *ca_file, const char *why,
	char error[DANCE_ERROR_SIZE])
{
	snprintf(error, DANCE_ERROR_SIZE, "CA file %s: %s", ca_file, why);
	return NULL;
}

/* Takes one certificate over from GnuTLS's list, by its octets. */
static bool take(struct dance_trust *trust, gnutls_x509_crt_t listed)
{
	gnutls_datum_t *der = &trust->der[trust->count];
	struct certificate *certificate = &trust->certificates[trust->count];
	if (gnutls_x509_crt_export2(listed, GNUTLS_X509_FMT_DER, der) != 0) {
		return false;
	}
	struct work work; /* for each its own: these come from the operator */
	work_begin(&work);
	if (!certificate_read(certificate, (struct dance_octets){ der->data, der->size },
		    &work)) {
		gnutls_free(der->data);
		return false;
	}
	trust->count++;
	certificate->root = certificate_is_self_signed(certificate, &work);
	/* One that could not be told from a root would be none for as long as this is used. */
	return association_hash_all(&certificate->own, &work) && !work.spent &&
		work.failed == NULL;
}

static bool take_all(struct dance_trust *trust, const gnutls_x509_crt_t *list,
	unsigned count)
{
	trust->certificates = calloc(count, sizeof(trust->certificates[0]));
	trust->der = calloc(count, sizeof(trust->der[0]));
	if (trust->certificates == NULL || trust->der == NULL) {
		return false;
	}
	for (unsigned i = 0; i < count; i++) {
		if (!take(trust, list[i])) {
			return false;
		}
	}
	return true;
}

static struct dance_trust *read_pem(const char *ca_file, const gnutls_datum_t *pem,
	char error[DANCE_ERROR_SIZE])
{
	gnutls_x509_crt_t *list = NULL;
	unsigned count = 0;
	int status = gnutls_x509_crt_list_import2(&list, &count, pem, GNUTLS_X509_FMT_PEM,
		0);
	if (status < 0) {
		return fail(ca_file, gnutls_strerror(status), error);
	}

	struct dance_trust *trust = count != 0 ? calloc(1, sizeof(*trust)) : NULL;
	bool taken = trust != NULL && take_all(trust, list, count);
	for (unsigned i = 0; i < count; i++) {
		gnutls_x509_crt_deinit(list[i]);
	}
	gnutls_free(list);
	if (!taken) {
		dance_trust_free(trust);
		return fail(ca_file,
			count == 0 ?
				"it contains no certificate" :
				"a certificate in it is too large or cannot be read, or memory ran out",
			error);
	}
	trust->references = 1;
	return trust;
}

/* --- the same file again ----------------------------------------------------------------- */

/* False if it is no file that can be read twice. It is opened, since some file systems are sure of
 * what they say only then. */
static bool take_stamp(const char *path, struct trust_stamp *stamp)
{
	struct stat now;
	struct timespec time;
	if (stat(path, &now) != 0 || !S_ISREG(now.st_mode)) {
		return false;
	}
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0) {
		return false;
	}
	bool known = fstat(file, &now) == 0 && S_ISREG(now.st_mode) &&
		clock_gettime(CLOCK_REALTIME, &time) == 0;
	close(file);
	if (known) {
		*stamp = (struct trust_stamp){ now.st_dev, now.st_ino, now.st_size,
			now.st_mtim, now.st_ctim,
			time.tv_sec - now.st_ctim.tv_sec > TRUST_STORE_SETTLED_S };
	}
	return known;
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Does this file surely contain what it contained when `kept` was taken? */
static bool is_unchanged(const struct trust_stamp *kept, const struct trust_stamp *now)
{
	return kept->settled && kept->device == now->device && kept->inode == now->inode &&
		kept->size == now->size && is_same_time(&kept->modified, &now->modified) &&
		is_same_time(&kept->changed, &now->changed);
}

static struct trust_list *bucket_of(const char *path)
{
	return &shared[name_hash(0, (const uint8_t *)path, strlen(path)) % BUCKETS];
}

/* One more reference to what was read from this file; with `digest`, of what stands in it now. NULL
 * if that is not there. */
static struct dance_trust *find(const char *path, const struct trust_stamp *stamp,
	const unsigned char *digest)
{
	struct dance_trust *at;
	pthread_mutex_lock(&lock);
	LIST_FOREACH(at, bucket_of(path), link)
	{
		if (strcmp(at->path, path) == 0 &&
			(digest != NULL ? memcmp(at->digest, digest, sizeof(at->digest)) ==
						0 :
					  is_unchanged(&at->stamp, stamp))) {
			at->stamp = *stamp;
			at->references++;
			break;
		}
	}
	pthread_mutex_unlock(&lock);
	return at;
}

/* Without memory it is not shared. */
static void share(struct dance_trust *trust, const char *path,
	const struct trust_stamp *stamp, const unsigned char digest[32])
{
	trust->path = strdup(path);
	if (trust->path == NULL) {
		return;
	}
	trust->stamp = *stamp;
	memcpy(trust->digest, digest, sizeof(trust->digest));
	pthread_mutex_lock(&lock);
	LIST_INSERT_HEAD(bucket_of(path), trust, link);
	pthread_mutex_unlock(&lock);
}

struct dance_trust *dance_trust_new(const char *ca_file, char error[DANCE_ERROR_SIZE])
{
	/* Before it is read: a change in between is then seen the next time. */
	struct trust_stamp stamp;
	bool known = take_stamp(ca_file, &stamp);
	struct dance_trust *trust = known ? find(ca_file, &stamp, NULL) : NULL;
	if (trust != NULL) {
		return trust;
	}
	gnutls_datum_t pem;
	int status = gnutls_load_file(ca_file, &pem);
	if (status != 0) {
		return fail(ca_file, gnutls_strerror(status), error);
	}
	unsigned char digest[32];
	known = known &&
		gnutls_hash_fast(GNUTLS_DIG_SHA256, pem.data, pem.size, digest) == 0;
	trust = known ? find(ca_file, &stamp, digest) : NULL;
	if (trust == NULL) {
		trust = read_pem(ca_file, &pem, error);
		if (trust != NULL && known) {
			share(trust, ca_file, &stamp, digest);
		}
	}
	gnutls_free(pem.data);
	return trust;
}

void dance_trust_free(struct dance_trust *trust)
{
	if (trust == NULL) {
		return;
	}
	pthread_mutex_lock(&lock);
	bool others = trust->references > 1;
	if (others) {
		trust->references--;
	} else if (trust->path != NULL) {
		LIST_REMOVE(trust, link);
	}
	pthread_mutex_unlock(&lock);
	if (others) {
		return;
	}
	for (unsigned i = 0; i < trust->count; i++) {
		gnutls_free(trust->der[i].data);
	}
	free(trust->certificates);
	free(trust->der);
	free(trust->path);
	free(trust);
}
