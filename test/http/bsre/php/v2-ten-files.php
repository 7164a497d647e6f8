<?php

/*
 * Sepuluh SK kenaikan gaji sekaligus, API versi 2 (JSON). Tanpa curl: file_get_contents dengan stream context.
 * Pemakaian: php v2-ten-files.php NIK PASSPHRASE folder-asal folder-hasil
 */

function kirim($path, array $isi)
{
    $konteks = stream_context_create(array('http' => array(
        'method' => 'POST',
        'header' => "Content-Type: application/json; charset=utf-8\r\n" .
            'Authorization: Basic ' . base64_encode(getenv('ESIGN_USER') . ':' . getenv('ESIGN_PASS')) . "\r\n" .
            "X-Requested-With: XMLHttpRequest\r\n",
        'content' => json_encode($isi),
        'timeout' => 120,
        'ignore_errors' => true,
    )));
    $jawaban = file_get_contents(rtrim(getenv('ESIGN_URL'), '/') . $path, false, $konteks);
    return array((int) explode(' ', $http_response_header[0])[1], json_decode($jawaban, true));
}

list(, $nik, $passphrase, $asal, $tujuan) = $argv;

$berkas = glob($asal . '/*.pdf');
sort($berkas);

list($kode, $jawaban) = kirim('/api/v2/sign/pdf', array(
    'nik' => $nik,
    'passphrase' => $passphrase,
    // satu untuk semua
    'signatureProperties' => array(array(
        'tampilan' => 'INVISIBLE',
        'location' => null,
        'reason' => 'Kenaikan gaji berkala',
    )),
    'file' => array_map(function ($nama) {
        // kebiasaan lama: dipotong per 76 huruf
        return chunk_split(base64_encode(file_get_contents($nama)));
    }, $berkas),
));

if ($kode != 200 || isset($jawaban['error'])) {
    fwrite(STDERR, $kode . ' ' . (isset($jawaban['error']) ? $jawaban['error'] : '') . "\n");
    exit(1);
}
if (count($jawaban['file']) != count($berkas)) {
    fwrite(STDERR, "jumlah berkas berbeda\n");
    exit(1);
}
foreach ($jawaban['file'] as $i => $base64) {
    file_put_contents($tujuan . '/' . basename($berkas[$i]), base64_decode($base64));
}
echo json_encode(array('jumlah' => count($jawaban['file']), 'waktu' => $jawaban['time'])), "\n";
