<?php
/*
 * loop.php URL - fetches with PHP's curl until it is answered, three times at
 * most, with a new handle each time.
 */
declare(strict_types=1);

foreach ([1, 2, 3] as $n) {
    $curl = curl_init($argv[1]);
    curl_exec($curl);
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    echo 'status: ', $status, "\n";
    if ($status < 500) {
        break;
    }
}
