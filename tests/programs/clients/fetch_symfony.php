<?php
/*
 * fetch_symfony.php URL NAME... - fetches URL-NAME for all names at once with
 * Symfony's CurlHttpClient, and prints what came in the order of the names.
 * Words that begin with "+" are not names:
 *
 *     +post           sends a line
 *     +put            sends a line, again and again until it is long
 *     +unfollowed     leaves redirects alone, and follows them otherwise
 *     +streamed       takes the pieces of all as they come
 *     +unbuffered     does not keep the bodies
 *     +progress       asks to be told of the progress
 *     +cancelled      gives the first one up
 *     +again          all of it twice, with the same client
 */
declare(strict_types=1);

use Symfony\Component\HttpClient\CurlHttpClient;
use Symfony\Contracts\HttpClient\Exception\TransportExceptionInterface;
use Symfony\Contracts\HttpClient\ResponseInterface;

require '/usr/share/php/Symfony/Component/HttpClient/autoload.php';

function options(array $words): array
{
    $options = ['max_redirects' => in_array('+unfollowed', $words) ? 0 : 5];
    if (in_array('+post', $words)) {
        $options['body'] = ['name' => 'value'];
    }
    if (in_array('+put', $words)) {
        $options['body'] = str_repeat("a line of what is sent\n", 4000);
    }
    if (in_array('+unbuffered', $words)) {
        $options['buffer'] = false;
    }
    if (in_array('+progress', $words)) {
        $options['on_progress'] = function (int $now, int $size) {};
    }
    return $options;
}

function show(string $name, ResponseInterface $response): void
{
    echo $name, "\n";
    try {
        echo '  status: ', $response->getStatusCode(), "\n";
        foreach ($response->getHeaders(false) as $field => $values) {
            echo '  head: ', $field, ': ', json_encode($values), "\n";
        }
        $body = $response->getContent(false);
        echo '  body: ', strlen($body), ' ', sha1($body), "\n";
    } catch (TransportExceptionInterface $exception) {
        echo '  error: ', $exception->getMessage(), "\n";
    }
    foreach (['http_code', 'url', 'redirect_count', 'redirect_url',
              'http_method', 'canceled'] as $told) {
        echo '  ', $told, ': ', json_encode($response->getInfo($told)), "\n";
    }
}

function stream(CurlHttpClient $client, array $responses): void
{
    $bodies = array_fill_keys(array_keys($responses), '');
    $ended = $bodies;
    foreach ($client->stream($responses) as $response => $chunk) {
        $name = array_search($response, $responses, true);
        try {
            if ($chunk->isFirst()) {
                $ended[$name] .= 'first ' . $response->getStatusCode();
            }
            $bodies[$name] .= $chunk->getContent();
            $ended[$name] .= $chunk->isLast() ? ' last' : '';
        } catch (TransportExceptionInterface $exception) {
            $ended[$name] .= ' error: ' . $exception->getMessage();
        }
    }
    foreach ($bodies as $name => $body) {
        echo "$name\n  $ended[$name], ", strlen($body), ' ', sha1($body), "\n";
    }
}

$url = $argv[1];
$arguments = array_slice($argv, 2);
$words = array_filter($arguments, fn ($word) => $word[0] === '+');
$names = array_diff($arguments, $words);
$method = in_array('+post', $words) ? 'POST'
    : (in_array('+put', $words) ? 'PUT' : 'GET');

$client = new CurlHttpClient();
$rounds = in_array('+again', $words) ? 2 : 1;
while ($rounds--) {
    $responses = [];
    foreach ($names as $name) {
        $responses[$name] =
            $client->request($method, "$url-$name", options($words));
    }
    if (in_array('+cancelled', $words)) {
        reset($responses)->getStatusCode();
        reset($responses)->cancel();
    }
    if (in_array('+streamed', $words)) {
        stream($client, $responses);
        continue;
    }
    foreach ($responses as $name => $response) {
        show($name, $response);
    }
}
