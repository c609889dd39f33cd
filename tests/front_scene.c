/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What stands around a mode of dance-front. */

#include "front_scene.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "log.h"
#include "message.h"
#include "scene.h"
#include "workers.h"

struct credential front_scene_host, front_scene_mine, front_scene_other;

static char folder[] = "/tmp/test_front.XXXXXX";
static char key_file[sizeof(folder) + sizeof("/key.pem")];
static struct runtime *installed;

static void write_key(void)
{
	gnutls_datum_t pem;
	FILE *file = fopen(key_file, "w");
	assert_non_null(file);
	assert_int_equal(gnutls_x509_privkey_export2_pkcs8(front_scene_host.key,
				 GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem),
		0);
	assert_int_equal(fwrite(pem.data, 1, pem.size, file), pem.size);
	assert_int_equal(fclose(file), 0);
	gnutls_free(pem.data);
}

int front_scene_make(void **state)
{
	(void)state;
	make_certificate(&front_scene_host, &(struct wish){ .key = KEY_P256 });
	make_certificate(&front_scene_mine, &(struct wish){ .key = KEY_ED25519 });
	make_certificate(&front_scene_other, &(struct wish){ .key = KEY_P256 });
	assert_non_null(mkdtemp(folder));
	snprintf(key_file, sizeof(key_file), "%s/key.pem", folder);
	write_key();
	log_set(false, LEVEL_ERROR);
	signal(SIGPIPE, SIG_IGN); /* as the program does */
	return workers_start(2) ? 0 : -1;
}

int front_scene_clear(void **state)
{
	(void)state;
	workers_stop();
	clear_certificate(&front_scene_host);
	clear_certificate(&front_scene_mine);
	clear_certificate(&front_scene_other);
	return unlink(key_file) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int front_scene_begin(void **state)
{
	return scene_begin(state);
}

int front_scene_end(void **state)
{
	installed = NULL;
	runtime_install(NULL);
	return limits_count() == 0 ? scene_end(state) : -1;
}

const char *front_scene_key_file(void)
{
	return key_file;
}

void front_scene_install(const char *text)
{
	char error[CONF_ERROR_SIZE];
	struct conf *conf = conf_parse("test.conf", text, strlen(text), error);
	struct runtime *runtime = conf != NULL ? runtime_new(conf, error) : NULL;
	if (runtime == NULL || !runtime_start(runtime, installed, error)) {
		fail_msg("%s", error);
	}
	runtime_install(runtime);
	installed = runtime;
	fake_resolver_settle();
}

struct runtime *front_scene_runtime(void)
{
	return installed;
}

/* --- sockets ------------------------------------------------------------------------------ */

void be_patient(int fd)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
				 sizeof(patience)),
		0);
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
}

int loopback_socket(int type, uint16_t *port)
{
	struct sockaddr_in at = loopback(0);
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, type, 0);
	assert_true(fd >= 0);
	be_patient(fd);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, size), 0);
	assert_true(type == SOCK_DGRAM || listen(fd, 16) == 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

int loopback_connect(uint16_t port)
{
	const struct sockaddr_in at = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	be_patient(fd);
	assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

int loopback_accept(int listener)
{
	int fd = accept(listener, NULL, NULL);
	assert_true(fd >= 0);
	be_patient(fd);
	return fd;
}

void socket_pair(int *near, int *far)
{
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(fcntl(pair[0], F_SETFL, O_NONBLOCK), 0);
	be_patient(pair[1]);
	*near = pair[0];
	*far = pair[1];
}

void put_message(int fd, const struct dns_message *message)
{
	uint8_t octets[2 + sizeof(message->octets)];
	octets[0] = (uint8_t)(message->size >> 8);
	octets[1] = (uint8_t)message->size;
	memcpy(octets + 2, message->octets, message->size);
	assert_int_equal(send(fd, octets, 2 + message->size, MSG_NOSIGNAL),
		2 + message->size);
}

size_t get_message(int fd, uint8_t octets[MESSAGE_MAX])
{
	uint8_t length[2];
	assert_int_equal(recv(fd, length, 2, MSG_WAITALL), 2);
	size_t size = (size_t)length[0] << 8 | length[1];
	assert_int_equal(recv(fd, octets, size, MSG_WAITALL), size);
	return size;
}

void expect_closed(int fd)
{
	uint8_t octet;
	ssize_t got = recv(fd, &octet, 1, 0);
	assert_true(got == 0 || (got < 0 && errno == ECONNRESET));
}

/* --- connections -------------------------------------------------------------------------- */

static size_t served; /* that are not over, or not known to be */

void serve(void (*mode)(struct connection *connection), int fd, bool of_client,
	const char *id)
{
	struct sockaddr_storage from = { 0 };
	const struct sockaddr_in address = loopback(5353);
	memcpy(&from, &address, sizeof(address));
	struct connection *connection = connection_new(fd, &from, sizeof(address), NULL, 0);
	assert_non_null(connection);
	assert_true(connection_enter(connection, of_client, id));
	connection_hand_over(connection, mode);
	served++;
}

void await_served(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	served--;
	for (int i = 0; limits_count() > served; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
}

void expect_all_to_leave(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	(void)limits_close_all(0);
	for (int i = 0; limits_count() > 0; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
}
