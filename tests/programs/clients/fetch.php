<?php
/*
 * fetch.php URL WORD... - fetches with PHP's curl, and prints all that it saw.
 *
 *     follow          redirects too
 *     fail            a status of 400 or more is an error
 *     head            asks for the head alone
 *     post            sends a line
 *     put             sends the file "sent", which PHP cannot rewind
 *     form            sends the file "sent" as a form
 *     returned        takes the body as a string
 *     copy            on a copy of the handle
 *     serial          URL/1, URL/2 and URL/3 on one handle
 *     again           the URL once more, on the same handle after a reset
 *     multi           through the multi interface
 */
declare(strict_types=1);

function prepare(CurlHandle $curl, string $url, array $words): void
{
    curl_setopt($curl, CURLOPT_URL, $url);
    curl_setopt($curl, CURLOPT_HEADERFUNCTION, function ($curl, $line) {
        echo 'head: ', json_encode($line), "\n";
        return strlen($line);
    });
    if (in_array('returned', $words)) {
        curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
    } else {
        curl_setopt($curl, CURLOPT_WRITEFUNCTION, function ($curl, $data) {
            echo 'body: ', json_encode($data), "\n";
            return strlen($data);
        });
    }
    curl_setopt($curl, CURLOPT_FOLLOWLOCATION, in_array('follow', $words));
    curl_setopt($curl, CURLOPT_FAILONERROR, in_array('fail', $words));
    if (in_array('head', $words)) {
        curl_setopt($curl, CURLOPT_NOBODY, true);
    }
    if (in_array('post', $words)) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, 'name=value');
    }
    if (in_array('form', $words)) {
        curl_setopt($curl, CURLOPT_POSTFIELDS,
            ['file' => new CURLFile('sent'), 'name' => 'value']);
    }
    if (in_array('put', $words)) {
        curl_setopt($curl, CURLOPT_PUT, true);
        curl_setopt($curl, CURLOPT_INFILE, fopen('sent', 'rb'));
        curl_setopt($curl, CURLOPT_INFILESIZE, filesize('sent'));
    }
}

function perform(CurlHandle $curl, array $words): void
{
    $is_multi = in_array('multi', $words);
    $body = $is_multi ? perform_multi($curl) : curl_exec($curl);
    if (is_string($body)) {
        echo 'returned: ', json_encode($body), "\n";
    }
    if (curl_errno($curl)) {
        echo 'error: ', curl_errno($curl), ' ', curl_error($curl), "\n";
    }
    $told = ['http_code', 'url', 'redirect_count', 'redirect_url',
        'content_type', 'size_download', 'size_upload', 'header_size'];
    $info = curl_getinfo($curl);
    foreach ($told as $name) {
        echo $name, ' ', $info[$name], "\n";
    }
}

function perform_multi(CurlHandle $curl): ?string
{
    $multi = curl_multi_init();
    curl_multi_add_handle($multi, $curl);
    do {
        curl_multi_exec($multi, $running);
        curl_multi_select($multi);
    } while ($running);
    $body = curl_multi_getcontent($curl);
    curl_multi_remove_handle($multi, $curl);
    return $body;
}

$url = $argv[1];
$words = array_slice($argv, 2);
$curl = curl_init();
if (in_array('serial', $words)) {
    foreach ([1, 2, 3] as $n) {
        prepare($curl, "$url/$n", $words);
        perform($curl, $words);
    }
    exit(0);
}
prepare($curl, $url, $words);
if (in_array('copy', $words)) {
    $curl = curl_copy_handle($curl);
}
perform($curl, $words);
if (in_array('again', $words)) {
    curl_reset($curl);
    prepare($curl, $url, $words);
    perform($curl, $words);
}
