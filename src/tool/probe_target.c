/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From a server's words to its addresses. getaddrinfo() may take as long as it likes, so it
 * has a thread of its own, which is left to itself when the time is up. Also the server's key. */

#include "probe_target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "owner_name.h"
#include "reason.h"

#define BASE64_SIZE ((DANCE_SHA256_SIZE + 2) / 3 * 4)

static bool read_port(const char *text, unsigned *port)
{
	char *end;
	long number = strtol(text, &end, 10);
	*port = (unsigned)number;
	return *text >= '0' && *text <= '9' && *end == '\0' && number >= 1 &&
		number <= 65535;
}

bool probe_target_read(const char *text, struct probe_request *request, const char **why)
{
	unsigned char binary[sizeof(struct in6_addr)];
	char host[DANCE_NAME_SIZE];
	size_t size = strcspn(text, "@");
	request->port = PROBE_PORT;
	if (text[size] == '@' && !read_port(text + size + 1, &request->port)) {
		*why = "the port must be 1 to 65535";
		return false;
	}
	if (size >= sizeof(host)) {
		*why = "the name is too long";
		return false;
	}
	memcpy(host, text, size);
	host[size] = '\0';
	request->is_address = inet_pton(AF_INET, host, binary) == 1 ||
		inet_pton(AF_INET6, host, binary) == 1;
	if (request->is_address) {
		memcpy(request->host, host, size + 1);
		return true;
	}
	return owner_name_from_text(host, request->host, why);
}

bool probe_target_name(struct probe_request *request, const char *name, const char **why)
{
	char owner[DANCE_NAME_SIZE + sizeof("_65535._tcp.")];
	if (!owner_name_from_text(name, request->server_name, why)) {
		return false;
	}
	/* RFC 6698 3 */
	(void)snprintf(owner, sizeof(owner), "_%u._tcp.%s", request->port,
		request->server_name);
	return owner_name_from_text(owner, request->server_owner, why);
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL :
				     strchr(digits, c >= 'A' && c <= 'F' ? c | 32 : c);
	return at != NULL ? (int)(at - digits) : -1;
}

/* What encodes to the same text again has nothing in it that the decoder passes over. */
static bool read_base64(const char *text, unsigned char key[DANCE_SHA256_SIZE])
{
	unsigned char decoded[BASE64_SIZE], again[BASE64_SIZE + 1];
	if (EVP_DecodeBlock(decoded, (const unsigned char *)text, BASE64_SIZE) < 0) {
		return false;
	}
	(void)EVP_EncodeBlock(again, decoded, DANCE_SHA256_SIZE);
	if (memcmp(again, text, BASE64_SIZE) != 0) {
		return false;
	}
	memcpy(key, decoded, DANCE_SHA256_SIZE);
	return true;
}

bool probe_target_key(const char *text, unsigned char key[DANCE_SHA256_SIZE])
{
	if (strlen(text) == BASE64_SIZE) {
		return read_base64(text, key);
	}
	if (strlen(text) != 2 * DANCE_SHA256_SIZE) {
		return false;
	}
	for (size_t i = 0; i < DANCE_SHA256_SIZE; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
		if (high < 0 || low < 0) {
			return false;
		}
		key[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* --- addresses --------------------------------------------------------------------------- */

/* Shared by two threads; the one that is later frees it. */
struct search {
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool done, left;
	char host[DANCE_NAME_SIZE];
	char port[8];
	bool is_address;
	int error;
	struct addrinfo *found;
};

static void search_free(struct search *search)
{
	if (search->found != NULL) {
		freeaddrinfo(search->found);
	}
	pthread_cond_destroy(&search->ended);
	pthread_mutex_destroy(&search->lock);
	free(search);
}

static void *find(void *arg)
{
	struct search *search = arg;
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV | (search->is_address ? AI_NUMERICHOST : 0) };
	struct addrinfo *found = NULL;
	int error = getaddrinfo(search->host, search->port, &hints, &found);
	pthread_mutex_lock(&search->lock);
	search->error = error;
	search->found = error == 0 ? found : NULL;
	search->done = true;
	bool left = search->left;
	pthread_cond_signal(&search->ended);
	pthread_mutex_unlock(&search->lock);
	if (left) {
		search_free(search);
	}
	return NULL;
}

static struct search *search_new(const struct probe_request *request)
{
	struct search *search = calloc(1, sizeof(*search));
	pthread_condattr_t attributes;
	pthread_t thread;
	if (search == NULL) {
		return NULL;
	}
	memcpy(search->host, request->host, sizeof(search->host));
	(void)snprintf(search->port, sizeof(search->port), "%u", request->port);
	search->is_address = request->is_address;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&search->lock, NULL);
	pthread_cond_init(&search->ended, &attributes);
	pthread_condattr_destroy(&attributes);
	if (pthread_create(&thread, NULL, find, search) != 0) {
		search_free(search);
		return NULL;
	}
	pthread_detach(thread);
	return search;
}

/* False if the time is up; then the search is the thread's. */
static bool search_wait(struct search *search, unsigned timeout_ms)
{
	struct timespec end;
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += timeout_ms / 1000;
	end.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_nsec -= 1000000000;
		end.tv_sec++;
	}
	pthread_mutex_lock(&search->lock);
	while (!search->done &&
		pthread_cond_timedwait(&search->ended, &search->lock, &end) == 0) {
	}
	bool done = search->done;
	search->left = !done;
	pthread_mutex_unlock(&search->lock);
	return done;
}

static size_t take(const struct addrinfo *at, struct probe_address *addresses)
{
	size_t count = 0;
	for (; at != NULL && count < PROBE_ADDRESSES_MAX; at = at->ai_next) {
		struct probe_address *to = &addresses[count];
		if (at->ai_addrlen > sizeof(to->socket) ||
			getnameinfo(at->ai_addr, at->ai_addrlen, to->text, sizeof(to->text),
				NULL, 0, NI_NUMERICHOST) != 0) {
			continue;
		}
		memcpy(&to->socket, at->ai_addr, at->ai_addrlen);
		to->size = at->ai_addrlen;
		count++;
	}
	return count;
}

size_t probe_target_find(const struct probe_request *request,
	struct probe_address addresses[PROBE_ADDRESSES_MAX], unsigned timeout_ms,
	char why[DANCE_ERROR_SIZE])
{
	struct search *search = search_new(request);
	if (search == NULL) {
		(void)reason_say(why, "out of memory");
		return 0;
	}
	if (!search_wait(search, timeout_ms)) {
		(void)reason_say(why, "no answer in %u ms", timeout_ms);
		return 0;
	}
	size_t count = take(search->found, addresses);
	if (count == 0) {
		(void)reason_say(why, "%s",
			search->error != 0 ? gai_strerror(search->error) : "no address");
	}
	search_free(search);
	return count;
}

void probe_address_set_port(struct probe_address *address, unsigned port)
{
	if (address->socket.ss_family == AF_INET6) {
		((struct sockaddr_in6 *)&address->socket)->sin6_port = htons((uint16_t)port);
	} else {
		((struct sockaddr_in *)&address->socket)->sin_port = htons((uint16_t)port);
	}
}
