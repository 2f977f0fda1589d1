#include "loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void must(int is_fine, const char *what)
{
  if(!is_fine) {
    perror(what);
    exit(2);
  }
}

int loopback_listen(unsigned *port)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  socklen_t size = sizeof(address);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);

  must(listener >= 0, "socket");
  must(!bind(listener, (struct sockaddr *)&address, size), "bind");
  must(!listen(listener, 4096), "listen");
  must(!getsockname(listener, (struct sockaddr *)&address, &size),
       "getsockname");
  *port = ntohs(address.sin_port);
  return listener;
}
