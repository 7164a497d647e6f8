<?php
// Reads answers, one line of JSON each ({"status", "body"}), with the functions that integrators copy; says what each would show.
declare(strict_types=1);

require $argv[1] . '/verification.php';

while (($line = fgets(STDIN)) !== false) {
    $answer = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    $read = read_verification($answer['status'], $answer['body']);
    echo json_encode($read + ['html' => verification_html($read)]), "\n";
}
